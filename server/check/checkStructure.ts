import type { Finding } from '#protocol/check.ts';
import { structureChecks } from './checks.ts';
import type { Survey } from './survey.ts';

/** What headers and configurations say. Why a model cannot be opened is said only where nothing else explains it. */
export function checkStructure(survey: Survey): readonly Finding[] {
  const found = [...survey.problems, ...structureChecks.flatMap((check) => check(survey))];
  const { failure } = survey;
  const isExplained =
    failure === undefined ||
    found.some(({ severity, message }) => severity === 'error' || message === failure.message);
  return isExplained ? found : [...found, failure];
}

const order = { error: 0, warning: 1, info: 2 };

/** By file, and the most severe first in each; the order of the text where that is the same. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) =>
      compare(one.file, other.file) ||
      order[one.severity] - order[other.severity] ||
      (one.range?.start.line ?? 0) - (other.range?.start.line ?? 0),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
