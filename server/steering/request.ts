import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';

/** What is to be written where. */
export interface SteerRequest {
  readonly resolved: ResolvedRecipe;
  /** Absolute paths, all different. */
  readonly outputs: readonly { readonly path: string; readonly strength: number }[];
  readonly format: 'auto' | 'adapter' | 'gguf-adapter' | 'checkpoint' | 'direction';
}
