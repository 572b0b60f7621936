/** A value in a JSON text, with its place in UTF-16 units. */
export type JsonNode = JsonObjectNode | JsonArrayNode | JsonScalarNode;

interface Placed {
  readonly start: number;
  readonly end: number;
}

export interface JsonObjectNode extends Placed {
  readonly kind: 'object';
  /** In the order of the text; a key may come twice. */
  readonly entries: readonly JsonEntry[];
}

export interface JsonEntry {
  readonly key: string;
  /** Of the key with its quotes. */
  readonly place: { readonly start: number; readonly end: number };
  readonly value: JsonNode;
}

export interface JsonArrayNode extends Placed {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** Where a text stops being JSON, and why, in words that follow the file's name. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
  readonly code: 'invalid-json' | 'too-large';
  readonly offset: number;

  constructor(problem: string, offset: number, code: JsonProblem['code'] = 'invalid-json') {
    super(problem);
    this.code = code;
    this.offset = offset;
  }
}

/** As deep as a configuration may be nested. */
const deepest = 64;

/** Values, those within values too: four times as many as the largest models need in their index. */
const mostValues = 600_000;

/**
 * Reads JSON with the place of every value: RFC 8259, and the words `NaN` and `Infinity`, which Python writes. Throws a
 * `JsonProblem`.
 */
export function parseJsonTree(text: string): JsonNode {
  return new Parser(text).whole();
}

const space = /[ \t\r\n]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // oxlint-disable-line eslint/no-control-regex -- JSON forbids them in strings.
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const word = /-?[A-Za-z]+/y;

const words: ReadonlyMap<string, JsonScalarNode['value']> = new Map<string, JsonScalarNode['value']>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

class Parser {
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonNode {
    if (this.#text.startsWith('\ufeff')) throw new JsonProblem('begins with a byte order mark', 0);
    const node = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#wrong('goes on after its end');
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > deepest) throw this.#wrong(`is nested deeper than ${deepest} levels`);
    if (++this.#values > mostValues)
      throw new JsonProblem(`passes ${mostValues} values, beyond any real file`, this.#at, 'too-large');
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === '{') return this.#object(depth);
    if (character === '[') return this.#array(depth);
    return this.#scalar();
  }

  #object(depth: number): JsonObjectNode {
    const start = this.#at;
    const entries: JsonEntry[] = [];
    this.#list('}', () => {
      this.#skipSpace();
      const place = { start: this.#at, end: this.#at };
      const key = this.#string();
      place.end = this.#at;
      this.#take(':');
      entries.push({ key, place, value: this.#value(depth + 1) });
    });
    return { kind: 'object', start, end: this.#at, entries };
  }

  #array(depth: number): JsonArrayNode {
    const start = this.#at;
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { kind: 'array', start, end: this.#at, items };
  }

  /** Stands at the opening bracket; leaves behind the closing one. */
  #list(close: string, each: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    each();
    while (this.#next() === ',') {
      this.#at++;
      each();
    }
    this.#take(close);
  }

  #scalar(): JsonScalarNode {
    const start = this.#at;
    if (this.#text[start] === '"') {
      const value = this.#string();
      return { kind: 'scalar', start, end: this.#at, value };
    }
    const found = this.#match(number) ?? this.#match(word);
    const value = found === undefined ? undefined : valueOf(found);
    if (value !== undefined) return { kind: 'scalar', start, end: this.#at, value };
    this.#at = start;
    throw this.#wrong(
      start < this.#text.length ? 'has something that is not a JSON value' : 'ends too early',
    );
  }

  #string(): string {
    const found = this.#match(string);
    if (found === undefined) throw this.#wrong('lacks a string in double quotes');
    if (!found.includes('\\')) return found.slice(1, -1);
    return String(JSON.parse(found));
  }

  #take(character: string): void {
    if (this.#next() !== character) throw this.#wrong(`lacks a "${character}"`);
    this.#at++;
  }

  #next(): string | undefined {
    this.#skipSpace();
    return this.#text[this.#at];
  }

  #skipSpace(): void {
    this.#match(space);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found === '' ? undefined : found;
  }

  #wrong(problem: string): JsonProblem {
    return new JsonProblem(problem, this.#at);
  }
}

function valueOf(text: string): JsonScalarNode['value'] | undefined {
  if (words.has(text)) return words.get(text);
  return /\d/.test(text) ? Number(text) : undefined;
}
