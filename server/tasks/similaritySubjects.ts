import { basename, dirname, resolve } from 'node:path';
import type { SimilarityResult } from '#protocol/similarity.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { openReference } from './openReference.ts';
import { openRecipe } from './openRecipe.ts';
import { modelRecipe, namesRecipe, pairRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** One of several things that are compared, as a direction. */
export interface OpenSubject {
  readonly name: string;
  readonly kind: SimilarityResult['kinds'][number];
  /** Absolute. */
  readonly path: string;
  readonly resolved: ResolvedRecipe;
}

interface Named {
  readonly text: string;
  /** Undefined: a recipe. */
  readonly model: Model | undefined;
}

/**
 * Opens recipes, stored directions, adapters and checkpoints as directions. A checkpoint stands for θ − θ_pre, where θ_pre is
 * `base`, else the base of another subject; `base-not-found` where there is none. Other errors: those of the models.
 */
export async function openSubjects(
  texts: readonly string[],
  base: string | undefined,
  context: TaskContext,
): Promise<readonly OpenSubject[]> {
  const named: Named[] = [];
  for (const text of texts) named.push({ text, model: await modelOf(text, context) });
  const given = base === undefined ? undefined : checkpointOnly(await openReference(base, context));
  const opened = new Map<Named, OpenSubject>();
  for (const each of named)
    if (each.model?.kind !== 'checkpoint') opened.set(each, await openOne(each, given, context));
  const known = given ?? [...opened.values()].map(({ resolved }) => resolved.base).find((found) => found);
  for (const each of named)
    if (each.model?.kind === 'checkpoint') opened.set(each, await openOne(each, known, context));
  return withOwnNames(named, opened);
}

async function modelOf(text: string, context: TaskContext): Promise<Model | undefined> {
  return namesRecipe(text) ? undefined : await openReference(text, context);
}

function checkpointOnly(model: Model): Checkpoint {
  if (model.kind === 'checkpoint') return model;
  throw new ServerError('not-a-model', model.path, `is of the kind ${model.kind}; a base is a checkpoint`);
}

async function openOne(
  { text, model }: Named,
  base: Checkpoint | undefined,
  context: TaskContext,
): Promise<OpenSubject> {
  const { folder, signal } = context;
  if (model === undefined) {
    const path = resolve(folder, text);
    const recipe = await readRecipe(path, signal);
    return { name: recipe.name, kind: 'recipe', path, resolved: await openRecipe(recipe, context) };
  }
  const { path } = model;
  const recipe =
    model.kind === 'checkpoint' ? fineTuneRecipe(model, base, folder) : modelRecipe(model, folder);
  const reference = base === undefined ? undefined : { text: base.reference, model: base.path };
  const resolved = await openRecipe({ ...recipe, base: reference ?? recipe.base }, context);
  return { name: nameOf(model), kind: model.kind === 'run' ? 'checkpoint' : model.kind, path, resolved };
}

function fineTuneRecipe(model: Checkpoint, base: Checkpoint | undefined, folder: string) {
  if (base !== undefined) return pairRecipe(base, model, folder);
  const problem = 'is a checkpoint, and what it was fine-tuned from is not known; name it with --base';
  throw new ServerError('base-not-found', model.path, problem);
}

function nameOf(model: Model): string {
  return model.kind === 'direction' ? model.manifest.name : basename(model.path);
}

/** In the order that was asked for. Two of one name are told apart by their folders. */
function withOwnNames(
  named: readonly Named[],
  opened: ReadonlyMap<Named, OpenSubject>,
): readonly OpenSubject[] {
  const subjects = named.flatMap((each) => opened.get(each) ?? []);
  const times = (name: string) => subjects.filter((subject) => subject.name === name).length;
  return subjects.map((subject) => {
    if (times(subject.name) === 1) return subject;
    const name = `${basename(dirname(subject.path))}/${basename(subject.path)}`;
    return { ...subject, name };
  });
}
