import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import type { Recipe } from '../../../server/recipes/recipe.ts';
import type { ResolvedRecipe } from '../../../server/recipes/resolvedRecipe.ts';
import { resolveRecipe, type ResolveOptions } from '../../../server/recipes/resolveRecipe.ts';
import { Warnings } from '../../../server/warnings.ts';
import { evaluateTerms } from '../../support/evaluateTerms.ts';
import { adapterFolder, checkpointFolder, matrix, type Values, vector } from '../../support/modelFolders.ts';

export const q0 = 'model.layers.0.self_attn.q_proj.weight';
export const q1 = 'model.layers.1.self_attn.q_proj.weight';
export const up1 = 'model.layers.1.mlp.up_proj.weight';
export const norm = 'model.norm.weight';

export const baseTensors: Readonly<Record<string, Values>> = {
  'model.embed_tokens.weight': matrix(3, 2, 7),
  [q0]: matrix(2, 2, 1, 2, 3, 4),
  [q1]: matrix(2, 2, 5, 6, 7, 8),
  [up1]: matrix(2, 2, 1),
  [norm]: vector(1, 1),
  'lm_head.weight': matrix(3, 2, 9),
};

/** What `positive` does to its base. */
export const positiveMoves = { [q0]: [2, 0, 4, 0], [up1]: [0, 3, 0, 5] };

/**
 * A base; `positive` and `negative`, adapters that name no base; `tune` and `other`, checkpoints; `stored`, a
 * direction that has q0 in both of its parts.
 */
export function writeFamily(folder: string): void {
  checkpointFolder(join(folder, 'base'), baseTensors, { num_hidden_layers: 2 });
  adapterFolder(
    join(folder, 'positive'),
    { ...lowRank(q0, [2, 4], [1, 0]), ...lowRank(up1, [3, 5], [0, 1]) },
    { r: 1 },
  );
  adapterFolder(join(folder, 'negative'), lowRank(q0, [1, 1], [0, 1]), { r: 1 });
  checkpointFolder(join(folder, 'tune'), {
    ...baseTensors,
    [q0]: matrix(2, 2, 2, 2, 3, 4),
    [norm]: vector(1, 3),
  });
  checkpointFolder(join(folder, 'other'), { ...baseTensors, [q1]: matrix(2, 2, 5, 6, 7, 9) });
  storedFolder(join(folder, 'stored'));
}

/** On q0 [1, 1, 0, 0] + [0, 0, 0, 1], on the norm [1, 2]. */
function storedFolder(path: string): void {
  adapterFolder(path, lowRank(q0, [1, 0], [1, 1]), { r: 1 });
  const dense = checkpointFolder(join(path, 'dense'), {
    [q0]: matrix(2, 2, 0, 0, 0, 1),
    [norm]: vector(1, 2),
  });
  const manifest = {
    format: 'weight-steering-direction',
    version: 1,
    name: 'kept',
    base: null,
    recipe: {},
    norm: 2.8,
    layers: 2,
    complete: false,
    created: '2026-01-01T00:00:00.000Z',
    tool: 'weight-steering',
  };
  writeFileSync(join(path, 'direction.json'), JSON.stringify(manifest));
  renameSync(join(dense, 'model.safetensors'), join(path, 'direction.safetensors'));
  rmSync(dense, { recursive: true });
}

/** Factors of rank 1 of a [2, 2] weight: the change is B·A. */
export function lowRank(tensor: string, B: readonly number[], A: readonly number[]): Record<string, Values> {
  const module = tensor.slice(0, -'.weight'.length);
  return {
    [`${module}.lora_A.weight`]: { shape: [1, A.length], values: A },
    [`${module}.lora_B.weight`]: { shape: [B.length, 1], values: B },
  };
}

/** A recipe of that folder, given as data; JSON is YAML. */
export function recipeIn(folder: string, data: object): Recipe {
  const { recipe, diagnostics } = parseRecipe(JSON.stringify(data), {
    path: join(folder, 'test.steer.yaml'),
  });
  if (recipe === undefined) throw new Error(JSON.stringify(diagnostics));
  return recipe;
}

export async function resolved(
  folder: string,
  data: object,
  options: Partial<ResolveOptions> = {},
): Promise<ResolvedRecipe & { readonly codes: readonly string[]; readonly messages: readonly string[] }> {
  const warnings = new Warnings();
  const { signal } = new AbortController();
  const result = await resolveRecipe(recipeIn(folder, data), {
    signal,
    warnings,
    workspace: folder,
    ...options,
  });
  return {
    ...result,
    codes: warnings.list().map(({ code }) => code),
    messages: warnings.list().map(({ message }) => message),
  };
}

/** The values of w, multiplied out, on the tensors where they are not all zero. */
export function valuesOf({ direction }: Pick<ResolvedRecipe, 'direction'>): Record<string, number[]> {
  const values = [...direction.tensors].map(([name, { terms, shape }]) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    // Zero has no sign here.
    return [name, [...evaluateTerms(terms, elements)].map((value) => value + 0)] as const;
  });
  return Object.fromEntries(values.filter(([, found]) => found.some((value) => value !== 0)));
}
