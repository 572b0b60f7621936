import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonProblem, parseJsonTree } from '../../../server/check/json/jsonTree.ts';
import { nodeAt, plain } from '../../../server/check/json/plain.ts';
import { applied, replaced, withEntries, withoutEntry } from '../../../server/check/json/textEdits.ts';

function accepts(text: string): boolean {
  try {
    parseJsonTree(text);
    return true;
  } catch (error) {
    if (error instanceof JsonProblem) return false;
    throw error;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In JSON, −0 is 0. */
function asWritten(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}

/** An object of JSON, and how it is laid out. */
const objects = fc.record({
  value: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 })).map(asWritten),
  space: fc.constantFrom('', ' ', '\t', '   '),
});

describe('a JSON text', () => {
  test('is read as the language reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(plain(parseJsonTree(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is refused where the language refuses it', () => {
    const piece = fc.constantFrom(
      ...String.raw`{ } [ ] , : "a" "\u00e9" "\x" "	 true nul 1 -0 01 1. .5 1e3 1e -`.split(' '),
      '\n',
      '"\\u12"',
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (text) => accepts(text) === parses(text)),
      { numRuns: 3000 },
    );
  });

  test('may have the numbers that Python writes, and no others', () => {
    expect(plain(parseJsonTree('[NaN, Infinity, -Infinity]'))).toEqual([Number.NaN, Infinity, -Infinity]);
    for (const text of ['nan', '+Infinity', '-NaN', 'None', 'undefined']) expect(accepts(text)).toBe(false);
  });

  test('has each value at its place', () => {
    const text = '{ "a": [1, {"b" : "x\\u0041"}] }';
    const b = nodeAt(parseJsonTree(text), 'a');
    expect(b?.kind === 'array' && b.items.map(({ start, end }) => text.slice(start, end))).toEqual([
      '1',
      '{"b" : "x\\u0041"}',
    ]);
  });

  test('keeps `__proto__` a key like any other', () => {
    const value = plain(parseJsonTree('{"__proto__": {"polluted": 1}}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":1}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('an edit', () => {
  test('changes one value and not a byte beside it', () => {
    fc.assert(
      fc.property(objects, fc.jsonValue({ maxDepth: 1 }), ({ value, space }, other) => {
        const text = JSON.stringify(value, null, space);
        const root = parseJsonTree(text);
        for (const key of Object.keys(value)) {
          const node = nodeAt(root, key);
          const edited = node === undefined ? '' : applied(text, [replaced(node, other)]);
          expect(JSON.parse(edited)).toEqual({ ...value, [key]: JSON.parse(JSON.stringify(other)) });
        }
      }),
    );
  });

  test('takes an entry out, or puts entries in, and leaves JSON', () => {
    fc.assert(
      fc.property(objects, ({ value, space }) => {
        const text = JSON.stringify(value, null, space);
        const root = parseJsonTree(text);
        if (root.kind !== 'object') return;
        for (const [at, { key }] of root.entries.entries()) {
          const { [key]: _, ...rest } = value;
          expect(JSON.parse(applied(text, [withoutEntry(root, at)]))).toEqual(rest);
        }
        const added = withEntries(text, root, [
          ['one', 1],
          ['two', [2]],
        ]);
        expect(JSON.parse(applied(text, [added]))).toEqual({ ...value, one: 1, two: [2] });
      }),
    );
  });
});
