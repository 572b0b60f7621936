import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { WriteResult } from '#protocol/results.ts';
import { readJson } from './json.ts';
import { root } from './steer.ts';
import { model, type RecipeData, saveRecipe } from './writeRecipe.ts';

export const fixtures = join(root, 'test/fixtures/steered');

export interface SteeredCase {
  readonly name: string;
  /** With paths relative to the fixtures. */
  readonly recipe: RecipeData;
  /** A safetensors file with tensors named `<strength>/<tensor>`, relative to the fixtures. */
  readonly expected: string;
}

/** What `generate.py` wrote. */
export const { cases, strengths } = readJson<{
  readonly cases: readonly SteeredCase[];
  readonly strengths: readonly string[];
}>(join(fixtures, 'expected.json'));

/** A folder for what a test file writes, removed at its end. */
export function steeredCases() {
  const folder = mkdtempSync(join(tmpdir(), 'steered-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Saves a case's recipe with more in it, to be written into a folder of its own. */
  function recipeOf(name: string, { output, ...recipe }: RecipeData, more: RecipeData): string {
    const models = Object.fromEntries(
      Object.entries(recipe).map(([role, path]) => [
        role,
        path === 'base' ? path : model(join(fixtures, String(path))),
      ]),
    );
    const at = join(folder, name);
    const out = { path: join(at, 'out-{strength}'), ...output, ...more.output };
    return saveRecipe(at, { name: 'w', ...models, ...more, output: out });
  }

  return { folder, recipeOf };
}

/** The folder that was written at a strength. */
export function pathOf({ outputs }: WriteResult, strength: number): string {
  const output = outputs.find((each) => each.strength === strength);
  if (output === undefined) throw new Error(`Nothing was written at ${strength}.`);
  return output.path;
}
