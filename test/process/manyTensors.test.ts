import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WriteResult } from '#protocol/results.ts';
import { parseJson } from '../support/json.ts';
import { safetensors, type TensorSpec } from '../support/safetensors.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { saveRecipe } from '../support/writeRecipe.ts';

/** As many as the largest mixtures of experts have, each as small as can be. */
const count = 20_000;

const half = 0x3f00;
const one = 0x3f80;

test('a model of very many tensors is written in less than 400 MB', async () => {
  await using folder = await temporaryFolder();
  for (const [name, bits] of Object.entries({ base: half, plus: one, minus: half }))
    placeModel(join(folder.path, name), bits);
  const recipe = saveRecipe(folder.path, {
    base: 'base',
    positive: 'plus',
    negative: 'minus',
    strength: 1,
    output: { path: 'out', format: 'checkpoint' },
  });
  const report = join(folder.path, 'bytes');
  const { code, stdout } = await steer(['write', recipe, '--json'], {
    env: {
      NODE_OPTIONS: `--require ${join(root, 'test/support/reportMemory.cjs')}`,
      REPORT_MEMORY: report,
    },
  });
  expect(code, stdout).toBe(0);
  const [output] = parseJson<WriteResult>(stdout).outputs;
  expect(output?.tensors).toEqual({ changed: count, copied: 0 });
  const written = readFileSync(join(folder.path, 'out/model.safetensors'));
  const plus = readFileSync(join(folder.path, 'plus/model.safetensors'));
  expect(valuesOf(written).equals(valuesOf(plus))).toBe(true);
  const bytes = Number(readFileSync(report, 'utf8'));
  process.stdout.write(`${count} tensors of each of 3 models: at most ${Math.round(bytes / 1e6)} MB\n`);
  expect(bytes).toBeLessThan(400e6);
});

function placeModel(folder: string, bits: number): void {
  mkdirSync(folder);
  const bytes = new Uint8Array(new Uint16Array(16).fill(bits).buffer);
  const tensors = Array.from({ length: count }, (_, index) => {
    const name = `model.layers.${Math.floor(index / 256)}.mlp.experts.${index % 256}.down_proj.weight`;
    return [name, { dtype: 'BF16' as const, shape: [4, 4], bytes }] satisfies [string, TensorSpec[string]];
  });
  writeFileSync(join(folder, 'model.safetensors'), safetensors(Object.fromEntries(tensors)));
  writeFileSync(join(folder, 'config.json'), '{"model_type": "llama", "tie_word_embeddings": false}');
}

function valuesOf(file: Buffer): Buffer {
  return file.subarray(8 + Number(file.readBigUint64LE(0)));
}
