import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../support/steer.ts';

const demo = join(root, 'media/demo');
const recipes = await Array.fromAsync(glob('*.steer.yaml', { cwd: demo }));
const adapters = await Array.fromAsync(glob('**/adapter_config.json', { cwd: demo, exclude: ['out'] }));

test('the demo family is what its generator built', async () => {
  const { sha256 } = JSON.parse(await readFile(join(root, 'test/fixtures/demo/build.json'), 'utf8'));
  const parts = '{base,data,honest,runs,seeds,sycophantic,task,task-bare}/**/*.{json,jsonl,safetensors}';
  const files = await Array.fromAsync(glob(parts, { cwd: demo }));
  const hashes = files.map(async (file) => {
    const bytes = await readFile(join(demo, file));
    return [file.replaceAll('\\', '/'), createHash('sha256').update(bytes).digest('hex')];
  });
  expect(Object.fromEntries(await Promise.all(hashes))).toEqual(sha256);
});

test('there is a recipe to start with, one that repairs, and one that goes too far', () => {
  expect(new Set(recipes)).toEqual(new Set(['honest.steer.yaml', 'repair.steer.yaml', 'too-far.steer.yaml']));
});

describe.each(recipes)('%s', (name) => {
  test('names models that are there, and writes where git does not look', async () => {
    const recipe = parse(await readFile(join(demo, name), 'utf8'));
    const adapter = String(recipe.target ?? 'base+base').split('+')[1]!;
    for (const part of [recipe.base, recipe.positive, recipe.negative, adapter]) {
      expect(
        existsSync(join(demo, part, 'config.json')) || existsSync(join(demo, part, 'adapter_config.json')),
      ).toBe(true);
    }
    expect(recipe.output.path).toMatch(/^out\//);
  });
});

test.each(adapters)('%s finds its base', async (path) => {
  const { base_model_name_or_path: base } = JSON.parse(await readFile(join(demo, path), 'utf8'));
  expect(join(demo, path, '..', base)).toBe(join(demo, 'base'));
});
