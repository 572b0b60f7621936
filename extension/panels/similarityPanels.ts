import { isSimilarityParams, type SimilarityParams } from '#protocol/similarity.ts';
import { OpenPanels } from './openPanels.ts';
import { SimilarityPanel, type SimilarityParts } from './similarityPanel.ts';

/** All open Similarity panels, one for the same subjects. */
export function similarityPanels(parts: SimilarityParts): OpenPanels<SimilarityParams> {
  return new OpenPanels<SimilarityParams>(
    {
      viewType: 'weightSteering.similarity',
      aboutOf: (state) => ('params' in state && isSimilarityParams(state.params) ? state.params : undefined),
      keyOf,
      fill: (panel, params) => new SimilarityPanel(panel, params, parts),
    },
    parts.context,
  );
}

/** Equal for the same subjects, whatever they are held against. */
function keyOf({ subjects, base }: SimilarityParams): string {
  return JSON.stringify([base ?? null, ...subjects.toSorted()]);
}
