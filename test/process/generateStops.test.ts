import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const base = join(root, 'test/fixtures/generation/llama/base');

async function generate(model: string): Promise<GeneratedText> {
  const { code, stdout } = await steer(['generate', model, '--ids', '5,6', '--max-tokens', '24', '--json']);
  if (code !== 0) throw new Error(stdout);
  return parseJson<readonly GeneratedText[]>(stdout)[0]!;
}

test.each([
  ['generation_config.json', (ids: readonly number[]) => ids],
  ['generation_config.json', (ids: readonly number[]) => ids[1]],
  ['config.json', (ids: readonly number[]) => ids],
])('every stop token of %s ends a text (row %#)', async (name, said) => {
  await using folder = await temporaryFolder();
  const copy = join(folder.path, 'model');
  await cp(base, copy, { recursive: true });
  const free = await generate(copy);
  expect(free.finish).toBe('length');
  const ids = free.tokens.map(({ id }) => id);
  // One that the text does not have, and behind it one that it has.
  const absent = Array.from({ length: 256 }, (_, id) => id).find((id) => !ids.includes(id))!;
  const stop = ids[7]!;
  const config = parseJson<object>(await readFile(join(copy, name), 'utf8'));
  if (name === 'config.json') await writeFile(join(copy, 'generation_config.json'), '{}');
  const eos = said([absent, stop]);
  await writeFile(join(copy, name), JSON.stringify({ ...config, eos_token_id: eos }));
  const { tokens, finish } = await generate(copy);
  expect([tokens.map(({ id }) => id), finish]).toEqual([ids.slice(0, ids.indexOf(stop)), 'stop']);
});
