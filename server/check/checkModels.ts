import { dirname } from 'node:path';
import type { CheckDepth, CheckedModel, CheckProgress, Finding } from '#protocol/check.ts';
import { checkStructure, sorted } from './checkStructure.ts';
import { identicalAdapters } from './identicalAdapters.ts';
import type { Survey, SurveyOptions } from './survey.ts';
import { takeSurvey } from './takeSurvey.ts';
import { bytesToRead, checkValues } from './values/checkValues.ts';

export interface CheckModelsOptions extends SurveyOptions {
  readonly tell: (progress: CheckProgress) => void;
}

export interface Checked {
  readonly findings: readonly Finding[];
  readonly models: readonly CheckedModel[];
}

/** What is small enough to be read whole without being asked to. */
const small = 2 ** 26;

/** Everything that is wrong with models: first all headers, then values, as far as `depth` goes. */
export async function checkModels(paths: readonly string[], options: CheckModelsOptions): Promise<Checked> {
  const { tell, depth, signal } = options;
  const surveys: Survey[] = [];
  const findings: Finding[] = [];
  // One by one: as many as tensors are too many for the arguments of a call.
  const keep = (found: readonly Finding[]) => {
    for (const each of found) findings.push(each);
  };
  const add = (found: readonly Finding[]) => {
    keep(found);
    if (found.length > 0) tell({ kind: 'rows', findings: found });
  };
  for (const path of paths) {
    const survey = await takeSurvey(path, options);
    surveys.push(survey);
    add(checkStructure(survey));
  }
  const read = surveys.filter((survey) => readsValues(survey, depth));
  await readAll(read, options, keep);
  if (depth !== 'headers') add(await identicalAdapters(surveys, signal));
  const values = new Set(read);
  return {
    findings: sorted(withoutGuesses(findings)),
    models: surveys.map((survey) => ({ path: survey.path, values: values.has(survey) })),
  };
}

function readsValues(survey: Survey, depth: CheckDepth): boolean {
  return depth === 'values' || (depth === 'small' && bytesToRead(survey) <= small);
}

async function readAll(
  surveys: readonly Survey[],
  { tell, signal }: CheckModelsOptions,
  add: (findings: readonly Finding[]) => void,
): Promise<void> {
  const total = surveys.reduce((sum, survey) => sum + bytesToRead(survey), 0);
  let done = 0;
  const read = (bytes: number) => {
    done += bytes;
    tell({ kind: 'state', done, total });
  };
  for (const survey of surveys)
    add(await checkValues(survey, { signal, read, tell: (findings) => tell({ kind: 'rows', findings }) }));
}

/** Once values have told what a stored head is, the guess from the configuration is not needed. */
function withoutGuesses(findings: readonly Finding[]): readonly Finding[] {
  const told = new Set(findings.filter(isTold).map(({ file }) => dirname(file)));
  return findings.filter(
    ({ code, file }) => code !== 'head-stored-although-tied' || !told.has(dirname(file)),
  );
}

function isTold({ code }: Finding): boolean {
  return code === 'duplicate-head' || code === 'tied-copies-differ';
}
