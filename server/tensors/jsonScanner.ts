import { Buffer, isUtf8 } from 'node:buffer';

/** Turns what is wrong into the error to throw; `problem` continues a sentence about the file. */
export type Refuse = (problem: string) => Error;

/** Nested deeper than any header or index that a tool writes. */
const deepest = 32;

/** More than any tool adds to what the caller asks for. */
const mostSkipped = 100_000;

/**
 * Reads JSON (RFC 8259) from front to back, value by value, as the caller expects them: nothing is built that was
 * not asked for, a key that comes twice in one object is an error, and so are invalid UTF-8 and lone surrogates.
 */
export class JsonScanner {
  readonly #bytes: Buffer;
  readonly #refuse: Refuse;
  readonly #mostSkipped: number;
  #at = 0;
  #skipped = 0;

  /** `most`: values that may be passed over. */
  constructor(bytes: Uint8Array, refuse: Refuse, most = mostSkipped) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
    this.#mostSkipped = most;
    if (!isUtf8(bytes)) throw refuse('is not valid UTF-8');
  }

  /** The next byte that is not white space; undefined at the end. */
  peek(): number | undefined {
    const bytes = this.#bytes;
    let byte = bytes[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.#at];
    return byte;
  }

  /** Calls `each` with every key, at its value, which `each` must read. */
  object(each: (key: string) => void): void {
    const seen = new Set<string>();
    this.#list('{', '}', () => {
      const key = this.string();
      if (seen.has(key)) throw this.wrong(`repeats the key ${quote(key)}`);
      seen.add(key);
      this.#take(':');
      each(key);
    });
  }

  /** Calls `each` at every element, which `each` must read. */
  array(each: () => void): void {
    this.#list('[', ']', each);
  }

  string(): string {
    this.#take('"');
    const start = this.#at;
    const bytes = this.#bytes;
    let all = 0;
    let escaped = false;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x22) return this.#text(start, (this.#at = at + 1) - 1, escaped || all >= 0x80, escaped);
      if (byte < 0x20) throw this.wrong('has a control character in a string', at);
      if (byte === 0x5c) {
        escaped = true;
        at++;
      }
      all |= byte;
    }
    throw this.wrong('has a string without an end', start - 1);
  }

  /** Digits alone: no sign, fraction or exponent, at most 2⁵³ − 1. */
  wholeNumber(): number {
    const first = this.peek();
    const start = this.#at;
    let value = 0;
    for (let digit = this.#digit(); digit !== undefined; digit = this.#digit()) value = value * 10 + digit;
    const end = this.#bytes[this.#at];
    const leadingZero = first === 0x30 && this.#at > start + 1;
    if (this.#at === start || leadingZero || end === 0x2e || end === 0x45 || end === 0x65) {
      throw this.wrong('has something other than a non-negative whole number', start);
    }
    if (!Number.isSafeInteger(value)) throw this.wrong('has a number above 2⁵³ − 1', start);
    return value;
  }

  /** Passes over a value of any kind, checking it all the same. */
  skip(depth = 0): void {
    if (depth > deepest) throw this.wrong(`is nested deeper than ${deepest} levels`);
    if (++this.#skipped > this.#mostSkipped)
      throw this.wrong(`has more than ${this.#mostSkipped} values of no use`);
    const first = this.peek();
    if (first === 0x7b) this.object(() => this.skip(depth + 1));
    else if (first === 0x5b) this.array(() => this.skip(depth + 1));
    else if (first === 0x22) this.string();
    else this.#literal();
  }

  /** Requires that nothing but white space is left. */
  end(): void {
    if (this.peek() !== undefined) throw this.wrong('goes on after its end');
  }

  /** An error that says where the scanner stands, in bytes from the start of the JSON. */
  wrong(problem: string, at = this.#at): Error {
    return this.#refuse(`${problem} (byte ${at} of the JSON)`);
  }

  #list(open: string, close: string, each: () => void): void {
    this.#take(open);
    if (this.peek() === close.charCodeAt(0)) {
      this.#at++;
      return;
    }
    each();
    while (this.peek() === 0x2c) {
      this.#at++;
      each();
    }
    this.#take(close);
  }

  #take(character: string): void {
    const byte = this.peek();
    if (byte === character.charCodeAt(0)) {
      this.#at++;
      return;
    }
    const found = byte === undefined ? 'ends' : `has ${quote(String.fromCharCode(byte))}`;
    throw this.wrong(`${found} where ${quote(character)} is due`);
  }

  #digit(): number | undefined {
    const byte = this.#bytes[this.#at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return undefined;
    this.#at++;
    return byte - 0x30;
  }

  /** Escapes have rules of their own; the language's parser knows them, one string at a time. */
  #text(start: number, end: number, wide: boolean, escaped: boolean): string {
    if (!wide) return this.#bytes.toString('latin1', start, end);
    if (!escaped) return this.#bytes.toString('utf8', start, end);
    const text = unescaped(this.#bytes.toString('utf8', start - 1, end + 1));
    if (text?.isWellFormed() === true) return text;
    throw this.wrong('has a bad escape in a string', start - 1);
  }

  #literal(): void {
    const start = this.#at;
    while (isLiteralByte(this.#bytes[this.#at])) this.#at++;
    if (literal.test(this.#bytes.toString('latin1', start, this.#at))) return;
    throw this.wrong('has something that is not a JSON value', start);
  }
}

const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;

function isLiteralByte(byte = 0): boolean {
  return byte > 0x20 && byte !== 0x2c && byte !== 0x5d && byte !== 0x7d;
}

/** A name from a file, fit for a message: quoted, control characters escaped, cut after 200 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text);
}

function unescaped(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined; // The caller says where.
  }
}
