import type { SimilarityParams, SimilarityProgress, SimilarityResult } from '#protocol/similarity.ts';
import { type Compared, similarity } from '../analysis/similarity.ts';
import { placeKey } from '../analysis/similarityFlags.ts';
import { apart } from '../directions/algebra.ts';
import type { Direction } from '../directions/term.ts';
import { counted, percent } from '../numbers.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import type { OpenSubject } from './openSubject.ts';
import { originOf } from './originOf.ts';
import { openSubjects } from './similaritySubjects.ts';
import type { TaskContext } from './taskContext.ts';

export interface CompareDirectionsOptions {
  /** Asked for when everything has been opened. */
  readonly work: () => Promise<Work>;
  readonly tell: (progress: SimilarityProgress) => void;
}

/** Below so many controls the spread is itself known to no better than 16 %. */
const fewControls = 10;

/** How alike directions are, and whether that is more than chance. Errors: those of the models, and `shape-mismatch`. */
export async function compareDirections(
  { subjects, base, controls = [] }: SimilarityParams,
  context: TaskContext,
  { work, tell }: CompareDirectionsOptions,
): Promise<SimilarityResult> {
  const { signal, warnings } = context;
  const all = await openSubjects([...subjects, ...controls], base, context);
  const opened = [...all.slice(0, subjects.length), ...eachOnce(all.slice(subjects.length))];
  const directions = alikeTied(opened);
  const shown = opened.slice(0, subjects.length);
  const names = shown.map(({ name }) => name);
  const layers = Math.max(...opened.map(({ resolved }) => resolved.layers));
  const files = filesOf(opened.flatMap(({ resolved }) => resolved.operands)).map(({ path }) => path);
  tell({ kind: 'plan', names, layers, files });
  const compared = {
    subjects: directions.slice(0, subjects.length),
    controls: directions.slice(subjects.length),
    origins: opened.map(({ name, resolved }) => ({ ...originOf(resolved), name })),
    ofBase: basePlaces(opened),
  };
  const { relatedControls, ...result } = await similarity(compared, {
    work: await work(),
    signal,
    report: ({ done, total }) => tell({ kind: 'state', done, total }),
  });
  for (const { message } of relatedControls) {
    const why = 'As a control it makes the null wider than chance.';
    warnings.add({ code: 'related-control', message: `${message} ${why}` });
  }
  warnOfNotFinite(names, result, context);
  warnOfElsewhere(compared, context);
  const { count } = result.null;
  if (count > 0 && count < fewControls) {
    const off = percent(1 / Math.sqrt(4 * count));
    const message = `The null is of ${counted(count, 'control')}, so its spread is itself known to about ${off}; ${fewControls} and more are better.`;
    warnings.add({ code: 'few-controls', message });
  }
  const kinds = shown.map(({ kind }) => kind);
  return withWarnings({ names, kinds, paths: shown.map(({ path }) => path), ...result }, warnings);
}

/** A control that is named twice is one. */
function eachOnce(controls: readonly OpenSubject[]): readonly OpenSubject[] {
  return [...new Map(controls.map((control) => [control.path, control])).values()];
}

/** A cosine of 0 that could not be another is no null. */
function warnOfElsewhere({ subjects, controls }: Compared, { warnings }: TaskContext): void {
  for (const control of controls) {
    const { tensors, name } = control;
    if (subjects.some((subject) => [...subject.tensors.keys()].some((key) => tensors.has(key)))) continue;
    const message = `${name} moves no tensor that a subject moves, so as a control it says nothing.`;
    warnings.add({ code: 'unrelated-control', message });
  }
}

/** Where one of them moves a tied head apart, all have it as a tensor of its own. */
function alikeTied(opened: readonly OpenSubject[]): readonly Direction[] {
  const untied = opened.some(({ resolved }) => resolved.direction.untied);
  return opened.map(({ name, resolved: { direction, tied } }) => ({
    ...(untied && tied !== undefined ? apart(direction, tied) : direction),
    name,
  }));
}

function basePlaces(opened: readonly OpenSubject[]): ReadonlySet<string> {
  const bases = opened.map(({ resolved }) => resolved.base).filter((base) => base !== undefined);
  return new Set(bases.flatMap(({ tensors }) => [...tensors.values()].map(placeKey)));
}

function warnOfNotFinite(
  names: readonly string[],
  { norms }: Pick<SimilarityResult, 'norms'>,
  { warnings }: TaskContext,
): void {
  for (const [index, name] of names.entries()) {
    const norm = norms[index] ?? null;
    if (norm === 0) {
      warnings.add({ code: 'zero-direction', message: `${name} is zero: it has no cosine with anything.` });
    }
    if (norm !== null) continue;
    const message = `${name} has values that are NaN or infinite, so it has no norm and no cosines where they are.`;
    warnings.add({ code: 'not-finite', message });
  }
}
