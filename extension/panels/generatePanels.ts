import { isSubject, type Subject } from '#protocol/analysis.ts';
import { GeneratePanel, type GenerateParts } from './generatePanel.ts';
import { OpenPanels } from './openPanels.ts';
import { subjectKey } from './subjects.ts';

/** All open Generate panels, one a subject. */
export function generatePanels(parts: GenerateParts): OpenPanels<Subject> {
  return new OpenPanels<Subject>(
    {
      viewType: 'weightSteering.generate',
      aboutOf: (state) => ('subject' in state && isSubject(state.subject) ? state.subject : undefined),
      keyOf: subjectKey,
      fill: (panel, subject) => new GeneratePanel(panel, subject, parts),
    },
    parts.context,
  );
}
