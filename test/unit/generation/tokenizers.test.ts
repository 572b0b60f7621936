import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { TextStream } from '../../../server/generation/textStream.ts';
import { TextTokenizer } from '../../../server/generation/tokenizers/textTokenizer.ts';
import type { JsonObject } from '../../../server/models/jsonFile.ts';
import { parseJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';

interface Expected {
  readonly tokenizer: JsonObject;
  readonly ids: readonly (readonly number[])[];
  /** null: the string itself. */
  readonly texts: readonly (string | null)[];
  readonly scattered: readonly (readonly [ids: readonly number[], text: string])[];
}

function read(name: string): string {
  const bytes = readFileSync(join(root, 'test/fixtures/tokenizers', `${name}.json.gz`));
  return gunzipSync(bytes).toString('utf8');
}

const { strings } = parseJson<{ readonly strings: readonly string[] }>(read('strings'));

const kinds = [
  'gpt2',
  'qwen2',
  'llama3',
  'cl100k',
  'o200k',
  'digits',
  'llama2',
  'mistral',
  'gemma',
  'unknown',
  'unigram',
  'unigram_bytes',
];

function streamed(tokenizer: TextTokenizer, ids: readonly number[]): string {
  const stream = new TextStream(tokenizer);
  return ids.map((id) => stream.push(id)).join('') + stream.end();
}

test('there are enough strings, and nasty ones', () => {
  expect(strings.length).toBeGreaterThanOrEqual(2000);
  for (const part of ['\ufeff', '\u0085', '\0', '👩\u200d💻', '▁', '<0x41>'])
    expect(strings.some((each) => each.includes(part))).toBe(true);
});

test.each(kinds)('%s has the ids and the texts of the Python library', (name) => {
  const expected = parseJson<Expected>(read(name));
  const tokenizer = new TextTokenizer('/tokenizer.json', expected.tokenizer);
  expect(expected.ids).toHaveLength(strings.length);
  const found = strings.map((text) => tokenizer.encode(text).ids);
  const differing = strings.flatMap((text, at) =>
    found[at]!.join() === expected.ids[at]!.join()
      ? []
      : [{ text, found: found[at], expected: expected.ids[at] }],
  );
  expect(differing.slice(0, 5)).toEqual([]);
  const texts = expected.ids.map((ids) => tokenizer.decode(ids));
  const due = strings.map((text, at) => expected.texts[at] ?? text);
  expect(texts).toEqual(due);
});

test.each(kinds)('%s tells the same text piece by piece, of ids in any order too', (name) => {
  const { tokenizer: json, ids, scattered } = parseJson<Expected>(read(name));
  const tokenizer = new TextTokenizer('/tokenizer.json', json);
  for (const [each, text] of scattered) {
    expect(tokenizer.decode(each)).toBe(text);
    expect(streamed(tokenizer, each)).toBe(text);
  }
  for (const each of ids.slice(0, 400)) expect(streamed(tokenizer, each)).toBe(tokenizer.decode(each));
});
