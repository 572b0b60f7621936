import type { TensorPlace } from '#protocol/analysis.ts';
import type { Rows } from '../layers/metrics.ts';
import { groupName } from '../moduleNames.ts';

/** Which tensors are drawn. */
export type TensorChoice =
  /** Those with the largest norms. */
  | { readonly kind: 'leading' }
  /** One module type: in one layer, or in all of them. */
  | { readonly kind: 'module'; readonly module: string; readonly layer: number | null };

/** Equal for the same module type of the same part of the model. */
export function moduleKey({ group, module }: Pick<TensorPlace, 'group' | 'module'>): string {
  return `${group}/${module}`;
}

/** `q_proj`; `embeddings` where there is one in the model. */
export function moduleText({ layer, group, module }: TensorPlace): string {
  return layer === null ? groupName(group) : module;
}

/** Matrices of several directions, each name once, in the order of the first that has it. Only they have singular values. */
export function matricesOf(plans: readonly (readonly TensorPlace[])[]): readonly TensorPlace[] {
  const places = new Map<string, TensorPlace>();
  for (const place of plans.flat())
    if (place.shape.length > 1 && !places.has(place.name)) places.set(place.name, place);
  return [...places.values()];
}

/** One place of each module type, in the order of the model. */
export function moduleTypes(matrices: readonly TensorPlace[]): readonly TensorPlace[] {
  const first = new Map<string, TensorPlace>();
  for (const place of matrices) if (!first.has(moduleKey(place))) first.set(moduleKey(place), place);
  return [...first.values()];
}

/** Layers that have this module type, ascending. */
export function layersOf(matrices: readonly TensorPlace[], module: string): readonly number[] {
  const layers = matrices.flatMap((place) =>
    moduleKey(place) === module && place.layer !== null ? [place.layer] : [],
  );
  return [...new Set(layers)].toSorted((a, b) => a - b);
}

/** The tensors of a choice in the order of the model, the leading ones by norm. `rows` are those of the first direction. */
export function chosenMatrices(
  matrices: readonly TensorPlace[],
  choice: TensorChoice,
  { rows, most }: { readonly rows: Rows; readonly most: number },
): readonly TensorPlace[] {
  if (choice.kind === 'leading') {
    const norm = ({ name }: TensorPlace) => rows.get(name)?.norm ?? -1;
    return matrices.toSorted((one, other) => norm(other) - norm(one)).slice(0, most);
  }
  return matrices.filter(
    (place) => moduleKey(place) === choice.module && (choice.layer === null || place.layer === choice.layer),
  );
}

/** The choice that shows one tensor. */
export function choiceOf({ layer, ...place }: TensorPlace): TensorChoice {
  return { kind: 'module', module: moduleKey(place), layer };
}
