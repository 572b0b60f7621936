import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WriteResult } from '#protocol/results.ts';
import { parseJson } from './json.ts';
import { steer } from './steer.ts';

/** A recipe as data; models are named by absolute paths, or `base`. */
export interface RecipeData {
  readonly [key: string]: unknown;
  readonly output?: Readonly<Record<string, unknown>>;
}

/** A path as a model reference, whatever characters are in it. */
export function model(path: string): { readonly model: string } {
  return { model: path };
}

/** Writes a recipe (JSON is YAML too) into a folder of its own; returns its path. */
export function saveRecipe(folder: string, recipe: RecipeData): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'test.steer.yaml');
  writeFileSync(path, JSON.stringify(recipe, null, 2));
  return path;
}

/** `steer write RECIPE …args --json` that has to succeed. */
export async function write(recipe: string, ...args: readonly string[]): Promise<WriteResult> {
  const { code, stdout, stderr } = await steer(['write', recipe, ...args, '--json']);
  if (code !== 0) throw new Error(`steer write ended with ${code}: ${stdout}${stderr}`);
  return parseJson<WriteResult>(stdout);
}
