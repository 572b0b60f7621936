import type { GenerationSubject } from '#protocol/generation.ts';
import { t } from '../strings.ts';
import { columnName } from './names.ts';
import { runText } from './RunLine.tsx';
import type { Run } from './useTexts.ts';

/** What those hear who do not see the texts come: what goes on, and the texts once they are there. */
export function announcement(run: Run, directions: GenerationSubject['directions']): string {
  if (run.phase !== 'done' || run.result === undefined) return runText(run);
  return run.result.columns
    .map(({ strengths, text }, at) => {
      const isBase = at === 0 && strengths.every((strength) => strength === 0);
      return t('{0}: {1}', columnName(strengths, directions, isBase), text);
    })
    .join('\n');
}
