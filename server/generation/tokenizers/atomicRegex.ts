const escape = /^\\(?:[pPxu]\{[^}]*\}|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[\s\S])/u;
const groupStart = /^\((?:\?(?:<?[=!]|[:>]|<[A-Za-z_]\w*>|[a-z-]+:))?/;
const quantifier = /^(?:[*+?]|\{\d*,?\d*\})/;

/**
 * An Oniguruma pattern whose possessive quantifiers (`a++`) and atomic groups (`(?>a)`) are written as what JavaScript has:
 * a group that is looked ahead for and then taken as it was found. As in Ruby, `a{1,3}+` is not possessive.
 */
export function withoutAtoms(source: string): string {
  return /[*+?]\+|\(\?>/.test(source) ? new Rewriting(source).result() : source;
}

class Rewriting {
  #left: string;
  #out = '';
  /** Where what a quantifier would repeat begins in what is written. */
  #atom = -1;
  #count = 0;
  readonly #groups: { readonly start: number; readonly isAtomic: boolean }[] = [];

  constructor(source: string) {
    this.#left = source;
  }

  result(): string {
    while (this.#left !== '') this.#next();
    return this.#out;
  }

  #next(): void {
    const first = this.#left.charAt(0);
    const repeat = this.#atom >= 0 ? quantifier.exec(this.#left)?.[0] : undefined;
    if (repeat !== undefined) this.#repeat(repeat);
    else if (first === '(') this.#open();
    else if (first === ')') this.#close();
    else if (first === '|') {
      this.#write(first);
      this.#atom = -1;
    } else {
      this.#atom = this.#out.length;
      this.#write(this.#single(first));
    }
  }

  /** A character, an escape or a class. */
  #single(first: string): string {
    if (first === '\\') return escape.exec(this.#left)?.[0] ?? first;
    return first === '[' ? this.#left.slice(0, classEnd(this.#left)) : first;
  }

  #repeat(repeat: string): void {
    const isPossessive = !repeat.startsWith('{') && this.#left.startsWith('+', repeat.length);
    this.#write(repeat);
    if (isPossessive) {
      this.#left = this.#left.slice(1);
      this.#makeAtomic(this.#atom);
    } else if (this.#left.startsWith('?')) this.#write('?');
  }

  #open(): void {
    const start = groupStart.exec(this.#left)?.[0] ?? '(';
    const isAtomic = start === '(?>';
    this.#groups.push({ start: this.#out.length, isAtomic });
    this.#left = this.#left.slice(start.length);
    this.#out += isAtomic ? '(?:' : start;
    this.#atom = -1;
  }

  #close(): void {
    const { start, isAtomic } = this.#groups.pop() ?? { start: 0, isAtomic: false };
    this.#write(')');
    this.#atom = start;
    if (isAtomic) this.#makeAtomic(start);
  }

  #makeAtomic(start: number): void {
    const name = `atom${this.#count++}`;
    const atom = this.#out.slice(start);
    this.#out = `${this.#out.slice(0, start)}(?:(?=(?<${name}>${atom}))\\k<${name}>)`;
  }

  /** Takes over the next characters as they are. */
  #write(text: string): void {
    this.#left = this.#left.slice(text.length);
    this.#out += text;
  }
}

/** Behind a character class, which may hold others. */
function classEnd(source: string): number {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '[') {
      depth++;
      // A bracket that comes first is a character.
      if (source[at + 1] === '^') at++;
      if (source[at + 1] === ']') at++;
    } else if (source[at] === ']' && --depth === 0) return at + 1;
  }
  return source.length;
}
