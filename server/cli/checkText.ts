import type { AppliedFix, CheckResult, Finding, Severity } from '#protocol/check.ts';
import { counted } from '../numbers.ts';
import { shownPath } from '../shownPath.ts';

/** Findings by file, the most severe first, and how many there are. */
export function checkText(result: CheckResult, folder: string): string {
  const { findings, models, fixed = [] } = result;
  const files = Map.groupBy(findings, ({ file }) => file);
  const groups = [...files].map(([file, own]) => [shownPath(file, folder), ...own.map(line)].join('\n'));
  const unread = models.filter(({ values }) => !values);
  return [
    ...(fixed.length === 0 ? [] : [fixed.map((fix) => fixLine(fix, folder)).join('\n')]),
    ...groups,
    [summary(result), fixable(findings), unreadValues(unread.length)].filter((part) => part !== '').join(' '),
  ].join('\n\n');
}

function line({ severity, code, message, range, fix }: Finding): string {
  const place = range === undefined ? '' : `${range.start.line + 1}:${range.start.character + 1} `;
  const remedy = fix === undefined ? '' : `\n           --fix: ${fix.title}`;
  return `  ${severity.padEnd(7)}  ${place}${message} (${code})${remedy}`;
}

function fixLine({ title, file, backup }: AppliedFix, folder: string): string {
  const before = backup === null ? 'new' : `before: ${shownPath(backup, folder)}`;
  return `Fixed ${shownPath(file, folder)}: ${title} (${before})`;
}

const nouns: readonly (readonly [severity: Severity, noun: string])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'note'],
];

function summary({ findings, models }: CheckResult): string {
  const counts = nouns.flatMap(([severity, noun]) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, noun)];
  });
  return `${counted(models.length, 'model')}: ${counts.length === 0 ? 'nothing is wrong' : counts.join(', ')}.`;
}

function fixable(findings: readonly Finding[]): string {
  const count = findings.filter(({ fix }) => fix !== undefined).length;
  return count === 0 ? '' : `${count} of them can be put right with --fix.`;
}

function unreadValues(count: number): string {
  return count === 0 ? '' : `The values of ${counted(count, 'model')} were not read (--values).`;
}
