import { isSubject, type Subject } from '#protocol/analysis.ts';
import { LayersPanel, type LayersParts } from './layersPanel.ts';
import { OpenPanels } from './openPanels.ts';
import { subjectKey } from './subjects.ts';

/** All open Layers panels, one a subject. */
export function layersPanels(parts: LayersParts): OpenPanels<Subject> {
  return new OpenPanels<Subject>(
    {
      viewType: 'weightSteering.layers',
      aboutOf: (state) => ('subject' in state && isSubject(state.subject) ? state.subject : undefined),
      keyOf: subjectKey,
      fill: (panel, subject) => new LayersPanel(panel, subject, parts),
    },
    parts.context,
  );
}
