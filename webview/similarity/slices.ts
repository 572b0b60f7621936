import type { SimilarityResult, SimilaritySlice } from '#protocol/similarity.ts';
import { t } from '../strings.ts';

/** Which part of the model the matrix is about. */
export type SliceChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'withoutEmbeddings' }
  | { readonly kind: 'module'; readonly module: string };

/** What can be chosen, in the order of the menu: the whole model first, then the module types in the result's order. */
export function sliceChoices({ modules }: SimilarityResult): readonly SliceChoice[] {
  const ofModules = modules.map(({ module }) => ({ kind: 'module', module }) as const);
  return [{ kind: 'all' }, { kind: 'withoutEmbeddings' }, ...ofModules];
}

/** The chosen part; the whole model where the choice was made for a result that had other module types. */
export function sliceOf(result: SimilarityResult, choice: SliceChoice): SimilaritySlice {
  switch (choice.kind) {
    case 'all':
      return result;
    case 'withoutEmbeddings':
      return result.withoutEmbeddings;
    case 'module':
      return result.modules.find(({ module }) => module === choice.module) ?? result;
  }
}

/** `the whole model`, `q_proj`. */
export function sliceText(slice: SliceChoice): string {
  switch (slice.kind) {
    case 'all':
      return t('the whole model');
    case 'withoutEmbeddings':
      return t('the model without embeddings and head');
    case 'module':
      return slice.module;
  }
}
