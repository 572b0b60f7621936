import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, finished } from '../support/steer.ts';

let out: string;
let first: Finished;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'demo-'));
  first = await start();
});

afterAll(() => rm(out, { recursive: true, force: true }));

test('npm start does the main job on the demo family', async () => {
  expect(first.code, first.stderr).toBe(0);
  expect((await readdir(out)).toSorted()).toEqual(['honest-direction', 'honest-k1', 'honest-k1-adapter']);
  expect(await readdir(join(out, 'honest-k1'))).toEqual(
    expect.arrayContaining(['config.json', 'model.safetensors', 'steering.json', 'tokenizer.json']),
  );
  expect(await readdir(join(out, 'honest-k1-adapter'))).toEqual(
    expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']),
  );
});

test('npm start draws a bar for each layer and says what rounding did', () => {
  for (const layer of [0, 1, 2, 3])
    expect(first.stdout).toMatch(new RegExp(`layer ${layer}  █+ .* % of the base`));
  expect(first.stdout).toMatch(/requested/i);
});

test('npm start can be repeated', async () => {
  const { code, stderr } = await start();
  expect(code, stderr).toBe(0);
});

function start(): Promise<Finished> {
  return finished(process.execPath, ['test/harness/start.ts', '--built', '--out', out]);
}
