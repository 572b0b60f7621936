import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServerError } from '../../../server/errors.ts';
import { outputPaths } from '../../../server/recipes/outputPath.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { resolveRecipe } from '../../../server/recipes/resolveRecipe.ts';
import { planSteering } from '../../../server/steering/planSteering.ts';
import { Warnings } from '../../../server/warnings.ts';
import { adapterConfig, placeScene } from '../../support/hostileFiles.ts';
import { mutatedBytes, mutatedJson } from '../../support/mutated.ts';
import { seeded } from '../../support/seeded.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutated-'));
/** Each opens five files. */
const times = 200;
const timeout = 60_000;
const signal = new AbortController().signal;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = {
  version: 1,
  name: 'x',
  base: 'base',
  target: 'base+negative',
  directions: [
    { name: 'a', positive: 'positive', negative: 'negative', strength: 2, layers: 0, include: ['*q*'] },
    {
      name: 'b',
      positive: 'positive',
      negative: 'base',
      strength: -1,
      schedule: [1, 2],
      modules: ['attention'],
    },
  ],
  strength: 0.5,
  layers: [0, '0-2'],
  schedule: { layers: [0.5, 1], others: 0.5 },
  exclude: ['*.1.*'],
  output: {
    path: 'out/{name}-{strength}',
    format: 'checkpoint',
    dtype: 'float16',
    rounding: 'stochastic',
    seed: 3,
  },
};

const config = {
  r: 4,
  rank_pattern: { q_proj: 2 },
  alpha_pattern: { '.*q_proj': 3, x: 1 },
  use_rslora: true,
  modules_to_save: null,
  bias: 'none',
  layers_to_transform: [0],
  layers_pattern: 'layers',
  base_model_name_or_path: '../base',
  init_lora_weights: true,
};

beforeAll(() => {
  placeScene(folder);
  writeFileSync(join(folder, 'test.steer.yaml'), JSON.stringify(recipe, null, 2));
  writeFileSync(join(folder, 'positive/adapter_config.json'), adapterConfig(config));
});

describe('of many ways in which a file can be damaged, each gives a plan or a typed failure:', () => {
  test.each(['test.steer.yaml', 'base/config.json', 'positive/adapter_config.json'])(
    '%s, byte by byte and value by value',
    async (name) => {
      const random = seeded(name.length);
      const original = readFileSync(join(folder, name));
      const parsed: unknown = JSON.parse(original.toString());
      const outcomes = await tried(name, times, (n) =>
        n % 2 === 0 ? mutatedBytes(random, original) : (JSON.stringify(mutatedJson(random, parsed)) ?? ''),
      );
      expect(outcomes.size).toBeGreaterThan(1);
    },
    timeout,
  );

  test.each(['base/model.safetensors', 'positive/adapter_model.safetensors'])(
    '%s, in its header',
    async (name) => {
      const random = seeded(name.length);
      const original = readFileSync(join(folder, name));
      const end = 8 + Number(original.readBigUInt64LE(0));
      const outcomes = await tried(name, times, () => {
        const header = mutatedBytes(random, original.subarray(8, end));
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(header.length));
        return Buffer.concat([length, header, original.subarray(end)]);
      });
      expect(outcomes.size).toBeGreaterThan(1);
    },
    timeout,
  );
});

/** What became of it: codes of failures, and `planned`. Anything but a `ServerError` is thrown, with what led to it. */
async function tried(
  name: string,
  count: number,
  mutation: (time: number) => string | Uint8Array,
): Promise<ReadonlySet<string>> {
  const path = join(folder, name);
  const original = readFileSync(path);
  const outcomes = new Set<string>();
  for (let time = 0; time < count; time++) {
    const content = mutation(time);
    writeFileSync(path, content);
    outcomes.add(await outcome(content));
  }
  writeFileSync(path, original);
  return outcomes;
}

async function outcome(content: string | Uint8Array): Promise<string> {
  try {
    const read = await readRecipe(join(folder, 'test.steer.yaml'), signal);
    const resolved = await resolveRecipe(read, { signal, warnings: new Warnings() });
    const plan = await planSteering(
      { resolved, outputs: outputPaths(read), format: read.output.format },
      signal,
    );
    return plan.outputs.length > 0 ? 'planned' : 'nothing';
  } catch (error) {
    if (error instanceof ServerError) return error.code;
    throw new Error(`Unforeseen, with ${JSON.stringify(content.toString())}`, { cause: error });
  }
}
