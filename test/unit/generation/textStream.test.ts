import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TextStream } from '../../../server/generation/textStream.ts';
import { openTokenizer } from '../../../server/generation/tokenizer.ts';
import { root } from '../../support/steer.ts';

const tokenizer = await openTokenizer(join(root, 'media/demo/base'), new AbortController().signal);

function streamed(ids: readonly number[]): readonly string[] {
  const stream = new TextStream(tokenizer);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

test.each(['plain words, twice', 'é 中文 👩\u200d💻!', '\ufeff\u0085', 'a\ufffd\ufffd b'])(
  '%j comes in whole characters',
  (text) => {
    const parts = streamed([...tokenizer.encode(text).ids]);
    expect(parts.join('')).toBe(text);
    for (const part of parts) expect(part.isWellFormed()).toBe(true);
    if (!text.includes('\ufffd')) expect(parts.join('|')).not.toContain('\ufffd');
  },
);

test('a character comes with its last byte, and half a character at the end', () => {
  const ids = [...tokenizer.encode('👩').ids];
  expect(ids.length).toBeGreaterThan(1);
  expect(streamed(ids)).toEqual([...ids.slice(1).map(() => ''), '👩', '']);
  const half = ids.slice(0, -1);
  expect(streamed(half)).toEqual([...half.map(() => ''), '\ufffd']);
});

/** Bytes as tokens, in the manner of SentencePiece: a run that is no UTF-8 has U+FFFD for each byte. */
const bytes = {
  id_to_token: (id: number) => `<0x${id.toString(16).padStart(2, '0').toUpperCase()}>`,
  decode(ids: number[]) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(ids));
    } catch {
      return '\ufffd'.repeat(ids.length);
    }
  },
};

test('byte tokens wait for the end of their run, since what follows may change them', () => {
  const stream = new TextStream(bytes);
  expect([0x41, 0xc3, 0xa9].map((id) => stream.push(id))).toEqual(['', '', '']);
  expect(stream.end()).toBe('Aé');
  expect([0x41, 0xff].map((id) => new TextStream(bytes).push(id))).toEqual(['', '']);
});
