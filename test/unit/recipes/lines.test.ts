import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Lines } from '../../../server/recipes/lines.ts';
import { nearest } from '../../../server/recipes/nearest.ts';

const text = fc
  .array(fc.constantFrom('a', '😀', '\n', '\r\n', '\r', ' '), { maxLength: 20 })
  .map((parts) => parts.join(''));

describe('Lines', () => {
  test('counts as the documents of the language server do', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: -2, max: 50 }), (text, offset) => {
        fc.pre(!(text[offset] === '\n' && text[offset - 1] === '\r')); // Between CR and LF is no place.
        expect(new Lines(text).positionAt(offset)).toEqual(documentOf(text).positionAt(offset));
      }),
    );
  });

  test('ends a line where the next begins', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 50 }), (text, offset) => {
        const inside = Math.min(offset, text.length);
        const document = documentOf(text);
        const { line } = document.positionAt(inside);
        const end = new Lines(text).endOfLineAt(inside);
        const next =
          line + 1 < document.lineCount ? document.offsetAt({ line: line + 1, character: 0 }) : text.length;
        expect(end).toBe(next);
      }),
    );
  });
});

describe('nearest', () => {
  const keys = ['positive', 'negative', 'strength', 'schedule', 'base'];

  test.each([
    ['postive', 'positive'],
    ['POSITIVE', 'positive'],
    ['strenght', 'strength'],
    ['sched', 'schedule'],
    ['bsae', 'base'],
    ['negativ', 'negative'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, keys)).toBe(meant);
  });

  test.each(['', 'x', 'zzz', 'device', 'p'.repeat(41)])('takes %j for nothing', (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });
});

function documentOf(text: string): TextDocument {
  return TextDocument.create('file:///x', 'yaml', 1, text);
}
