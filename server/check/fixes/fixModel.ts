import { open } from 'node:fs/promises';
import type { AppliedFix, Finding } from '#protocol/check.ts';
import { checkStructure } from '../checkStructure.ts';
import { applied } from '../json/textEdits.ts';
import type { JsonDocument } from '../jsonDocument.ts';
import type { Survey, SurveyOptions } from '../survey.ts';
import { takeSurvey } from '../takeSurvey.ts';
import { bytesToRead, checkValues } from '../values/checkValues.ts';
import { type FileChange, fixers } from './fixers.ts';
import { type Backups, replaceFile } from './replaceFile.ts';

export interface FixModelOptions extends Omit<SurveyOptions, 'texts'> {
  /** Only what has this code. */
  readonly code?: string | undefined;
  /** Told of each fix when it is done. */
  readonly onFixed?: (fix: AppliedFix) => void;
}

/** What is small enough to be read whole without being asked to. */
const small = 2 ** 26;

/**
 * Puts right what can be: one kind of finding in one file after another, and after each the model is looked at anew, so that no fix
 * stands on what another has changed. What was put right once and is still wrong is left. Errors: those of writing.
 */
export async function fixModel(path: string, options: FixModelOptions): Promise<readonly AppliedFix[]> {
  const { signal, onFixed } = options;
  const backups: Backups = new Map();
  const tried = new Set<string>();
  const fixed: AppliedFix[] = [];
  for (;;) {
    signal.throwIfAborted();
    const survey = await takeSurvey(path, { ...options, texts: new Map() });
    const group = await nextGroup(survey, tried, options);
    const [first] = group;
    if (first === undefined) return fixed;
    for (const change of changesFor(survey, group)) {
      await apply(change, backups, signal);
      const fix = describe(first, change, backups);
      fixed.push(fix);
      onFixed?.(fix);
    }
  }
}

/** Findings of one code in one file, which are put right together; headers come before values. */
async function nextGroup(
  survey: Survey,
  tried: Set<string>,
  options: FixModelOptions,
): Promise<readonly Finding[]> {
  const structural = firstGroup(checkStructure(survey), tried, options);
  if (structural.length > 0 || !readsValues(survey, options)) return structural;
  const found = await checkValues(survey, { signal: options.signal, read: () => {}, tell: () => {} });
  return firstGroup(found, tried, options);
}

function readsValues(survey: Survey, { depth, code }: FixModelOptions): boolean {
  if (code !== undefined) return code === 'duplicate-head';
  return depth === 'values' || (depth === 'small' && bytesToRead(survey) <= small);
}

function firstGroup(
  findings: readonly Finding[],
  tried: Set<string>,
  { code }: FixModelOptions,
): readonly Finding[] {
  const fixable = findings.filter(
    (each) => each.fix !== undefined && (code === undefined || each.code === code),
  );
  const first = fixable.find((each) => !tried.has(keyOf(each)));
  if (first === undefined) return [];
  tried.add(keyOf(first));
  return fixable.filter((each) => keyOf(each) === keyOf(first));
}

function keyOf({ code, file }: Finding): string {
  return JSON.stringify([code, file]);
}

function changesFor(survey: Survey, group: readonly Finding[]): readonly FileChange[] {
  const [first] = group;
  if (first === undefined) return [];
  const fixer = fixers.get(first.code);
  if (fixer !== undefined) return fixer(survey, first);
  const document = documentAt(survey, first.file);
  return document === undefined ? [] : [{ path: first.file, text: edited(document, group) }];
}

function documentAt({ documents, index }: Survey, path: string): JsonDocument | undefined {
  const all = [...documents.values(), ...(index === undefined ? [] : [index.document])];
  return all.find((document) => document.path === path);
}

function edited({ text, lines }: JsonDocument, group: readonly Finding[]): string {
  const edits = group.flatMap(({ fix }) => fix?.edits ?? []);
  return applied(
    text,
    edits.map(({ range, newText }) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
      newText,
    })),
  );
}

async function apply(change: FileChange, backups: Backups, signal: AbortSignal): Promise<void> {
  const write =
    'text' in change
      ? (path: string) => writeText(path, change.text)
      : (path: string) => change.write(path, signal);
  await replaceFile(change.path, write, backups);
}

async function writeText(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function describe({ code, fix }: Finding, { path }: FileChange, backups: Backups): AppliedFix {
  return { code, file: path, title: fix?.title ?? '', backup: backups.get(path) ?? null };
}
