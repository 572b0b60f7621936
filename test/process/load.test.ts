import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { findPython } from '../support/python.ts';
import { finished, root } from '../support/steer.ts';
import { steeredCases } from '../support/steeredCases.ts';
import { model, type RecipeData, saveRecipe, write } from '../support/writeRecipe.ts';

const { folder } = steeredCases();
const media = join(root, 'media/demo');
const python = await findPython(['torch', 'transformers', 'peft']);

/** What `load.py` prints; differences are the largest of any logit. */
interface Loaded {
  readonly checkpoint: Facts;
  /** The largest logit. */
  readonly largest: number;
  readonly rounded: Facts & { readonly apart: number };
  /** How far the base is from the checkpoint. */
  readonly base: number;
  readonly adapters: readonly { readonly apart: number; readonly merged: number }[];
}

interface Facts {
  readonly dtype: string;
  readonly tied: boolean;
  readonly missing_keys: readonly string[];
  readonly unexpected_keys: readonly string[];
  readonly mismatched_keys: readonly string[];
}

describe.each([
  { name: 'the base at strength 1.5', recipe: { strength: 1.5 } },
  {
    name: 'the base with the adapter task, at strength 2',
    recipe: { strength: 2, target: { model: 'base', adapter: join(media, 'task') } },
  },
])('transformers and PEFT load $name', ({ name, recipe }) => {
  let loaded: Loaded;

  beforeAll(async () => {
    if ('reason' in python) return;
    const outputs = [
      { format: 'checkpoint', dtype: 'float32' },
      { format: 'checkpoint' },
      { format: 'adapter' },
      // Without a target of its own, a direction of all of k is an adapter too.
      ...('target' in recipe ? [] : [{ format: 'direction' }]),
    ];
    const paths: string[] = [];
    for (const [index, output] of outputs.entries())
      paths.push(await written(`${name}-${index}`, recipe, output));
    const args = [join(root, 'test/support/load.py'), join(media, 'base'), ...paths];
    const { code, stdout, stderr } = await finished(python.command, args, { env: { HF_HUB_OFFLINE: '1' } });
    expect(code, stderr).toBe(0);
    loaded = parseJson<Loaded>(stdout.trim().split('\n').at(-1)!);
  }, 300_000);

  test('every tensor of the checkpoints finds its place', ({ skip }) => {
    if ('reason' in python) return skip(python.reason);
    const complete = { tied: true, missing_keys: [], unexpected_keys: [], mismatched_keys: [] };
    expect(loaded.checkpoint).toEqual({ ...complete, dtype: 'torch.float32' });
    expect(loaded.rounded).toMatchObject({ ...complete, dtype: 'torch.bfloat16' });
  });

  test('the adapters give the logits of the checkpoint', ({ skip }) => {
    if ('reason' in python) return skip(python.reason);
    // B(Ax) + Wx and (W + BA)x sum the same in another order: some hundred float32 roundings through four layers.
    const tolerance = 2 ** -24 * 1000 * loaded.largest;
    expect(loaded.base).toBeGreaterThan(1000 * tolerance);
    for (const { apart, merged } of loaded.adapters) {
      expect(apart).toBeLessThan(tolerance);
      expect(merged).toBeLessThan(tolerance);
    }
  });

  test('rounding the checkpoint to bfloat16 moves them little', ({ skip }) => {
    if ('reason' in python) return skip(python.reason);
    expect(loaded.rounded.apart).toBeGreaterThan(0);
    expect(loaded.rounded.apart).toBeLessThan(loaded.base / 4);
  });
});

async function written(name: string, more: RecipeData, output: RecipeData): Promise<string> {
  const at = join(folder, name.replaceAll(/\W+/g, '-'));
  const [base, positive, negative] = ['base', 'honest', 'sycophantic'].map((each) =>
    model(join(media, each)),
  );
  const path = join(at, 'out');
  const recipe = saveRecipe(at, { base, positive, negative, ...more, output: { path, ...output } });
  await write(recipe);
  return path;
}
