/** What one code point has to be. Undefined is none of them: before the start, after the end. */
export type Test = (point: number) => boolean;

/** Where nothing is consumed: the start, the end (before a last newline too, for `$`), a word's edge. */
export type Place = 'start' | 'end' | 'very-end' | 'edge' | 'no-edge';

export type Pattern =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly parts: readonly Pattern[] }
  /** `most` is Infinity where there is no limit. */
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

const deepest = 50;
const mostRepeats = 1000;

/**
 * Reads a regular expression as Python's `re` does: what decides whether a text matches, and nothing that only decides
 * which match is found. A string is why it cannot be read: bad syntax, or look-around, back-references and flags.
 */
export function parsePythonPattern(text: string): Pattern | string {
  try {
    return new Parser(text).parse();
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

/** Python's `.` */
export const anyButNewline: Test = (point) => point !== 0x0a;

/** Python's `\w` */
export const isWord: Test = (point) => /^[\p{L}\p{N}_]$/u.test(String.fromCodePoint(point));

const isDigit: Test = (point) => /^\p{Nd}$/u.test(String.fromCodePoint(point));
const isSpace: Test = (point) =>
  point !== 0xfeff &&
  (/^\s$/u.test(String.fromCodePoint(point)) || (point >= 0x1c && point <= 0x1f) || point === 0x85);

const classes: ReadonlyMap<string, Test> = new Map([
  ['d', isDigit],
  ['D', (point) => !isDigit(point)],
  ['w', isWord],
  ['W', (point) => !isWord(point)],
  ['s', isSpace],
  ['S', (point) => !isSpace(point)],
]);

const places: ReadonlyMap<string, Place> = new Map([
  ['A', 'start'],
  ['Z', 'very-end'],
  ['b', 'edge'],
  ['B', 'no-edge'],
]);

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

class Parser {
  /** Code points: Python counts these. */
  readonly #text: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = Array.from(text);
  }

  parse(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#text.length) throw new Unreadable('has a ) without its (');
    return pattern;
  }

  #choice(): Pattern {
    if (++this.#depth > deepest) throw new Unreadable(`is nested deeper than ${deepest} levels`);
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let next = this.#next(); next !== undefined && next !== '|' && next !== ')'; next = this.#next()) {
      if (this.#limits() !== undefined) throw new Unreadable(`has ${next} with nothing to repeat`);
      parts.push(this.#repeated(this.#item()));
    }
    return { kind: 'sequence', parts };
  }

  #item(): Pattern {
    const character = this.#consume();
    if (character === '(') return this.#group();
    if (character === '[') return one(this.#set());
    if (character === '.') return one(anyButNewline);
    if (character === '^') return { kind: 'place', place: 'start' };
    if (character === '$') return { kind: 'place', place: 'end' };
    if (character === '\\') return this.#escape();
    return one(is(character));
  }

  #group(): Pattern {
    if (this.#take('?') && !this.#take(':')) this.#skipGroupName();
    const pattern = this.#choice();
    if (!this.#take(')')) throw new Unreadable('has a ( without its )');
    return pattern;
  }

  #skipGroupName(): void {
    const named = /^P<[A-Za-z_]\w*>/.exec(this.#text.slice(this.#at, this.#at + 100).join(''))?.[0];
    if (named === undefined) throw new Unreadable('uses look-around, flags or another (?…) group');
    this.#at += named.length;
  }

  #escape(): Pattern {
    const character = this.#next() ?? '';
    const place = places.get(character);
    if (place === undefined) return one(this.#escaped());
    this.#at++;
    return { kind: 'place', place };
  }

  /** After a backslash, in a set or outside. */
  #escaped(): Test {
    const character = this.#consume();
    const known = classes.get(character);
    if (known !== undefined) return known;
    const point = this.#escapedPoint(character);
    return (other) => other === point;
  }

  #escapedPoint(character: string): number {
    const control = controls.get(character);
    if (control !== undefined) return control;
    const digits = character === 'x' ? 2 : character === 'u' ? 4 : 0;
    if (digits > 0) return this.#hexadecimal(digits);
    if (/[A-Za-z0-9]/.test(character)) throw new Unreadable(`uses \\${character}`);
    return character.codePointAt(0) ?? 0;
  }

  #hexadecimal(digits: number): number {
    const text = this.#text.slice(this.#at, this.#at + digits).join('');
    if (!/^[0-9A-Fa-f]+$/.test(text) || text.length !== digits) throw new Unreadable('has a bad escape');
    this.#at += digits;
    return Number.parseInt(text, 16);
  }

  #set(): Test {
    const negated = this.#take('^');
    const tests: Test[] = [];
    do tests.push(this.#setItem());
    while (!this.#take(']'));
    const has: Test = (point) => tests.some((test) => test(point));
    return negated ? (point) => !has(point) : has;
  }

  #setItem(): Test {
    const first = this.#setPoint();
    const isRange = this.#next() === '-' && this.#text[this.#at + 1] !== ']';
    if (!isRange) return typeof first === 'number' ? (point) => point === first : first;
    this.#at++;
    const last = this.#setPoint();
    if (typeof first !== 'number' || typeof last !== 'number' || last < first) {
      throw new Unreadable('has a bad range in [ ]');
    }
    return (point) => point >= first && point <= last;
  }

  #setPoint(): number | Test {
    const character = this.#consume();
    if (character !== '\\') return character.codePointAt(0) ?? 0;
    const escaped = this.#consume();
    return escaped === 'b' ? 0x08 : (classes.get(escaped) ?? this.#escapedPoint(escaped));
  }

  #repeated(part: Pattern): Pattern {
    const limits = this.#limits();
    if (limits === undefined) return part;
    if (part.kind === 'place') throw new Unreadable('repeats what has no width');
    const [least, most] = limits;
    if (most < least) throw new Unreadable(`repeats at least ${least} and at most ${most} times`);
    this.#take('?'); // Lazy: finds another match, matches the same texts.
    const next = this.#next();
    if (next === '+') throw new Unreadable('uses a possessive quantifier');
    if (this.#limits() !== undefined) throw new Unreadable('repeats a repetition');
    return { kind: 'repeat', part, least, most };
  }

  #limits(): readonly [least: number, most: number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    if (this.#next() !== '{') return undefined;
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.#text.slice(this.#at, this.#at + 20).join(''));
    const [all = '', least = '', comma = '', most = ''] = found ?? [];
    if (all === '' || all === '{}') return undefined; // Python takes these literally.
    this.#at += all.length;
    const low = Number(least);
    const high = comma === '' ? low : most === '' ? Infinity : Number(most);
    if (low > mostRepeats || (high !== Infinity && high > mostRepeats)) {
      throw new Unreadable(`repeats more than ${mostRepeats} times`);
    }
    return [low, high];
  }

  #next(): string | undefined {
    return this.#text[this.#at];
  }

  #consume(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Unreadable('ends too early');
    this.#at++;
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

function one(test: Test): Pattern {
  return { kind: 'one', test };
}

function is(character: string): Test {
  const wanted = character.codePointAt(0);
  return (point) => point === wanted;
}
