import { basename, dirname } from 'node:path';
import { ServerError } from '../errors.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import { openReference } from './openReference.ts';
import { openRecipe } from './openRecipe.ts';
import { type NamedSubject, namedSubject, openSubject, type OpenSubject } from './openSubject.ts';
import type { TaskContext } from './taskContext.ts';

/**
 * Opens recipes, stored directions, adapters and checkpoints as directions. A checkpoint stands for θ − θ_pre, where θ_pre is
 * `base`, else the base of another subject; `base-not-found` where there is none. Other errors: those of the models.
 */
export async function openSubjects(
  texts: readonly string[],
  base: string | undefined,
  context: TaskContext,
): Promise<readonly OpenSubject[]> {
  const named: NamedSubject[] = [];
  for (const text of texts) named.push(await namedSubject(text, context));
  const given = base === undefined ? undefined : checkpointOnly(await openReference(base, context));
  const opened = new Map<NamedSubject, OpenSubject>();
  const open = async (each: NamedSubject, on: Checkpoint | undefined) =>
    opened.set(each, await openSubject(each, { base: on, openRecipe }, context));
  for (const each of named) if (each.model?.kind !== 'checkpoint') await open(each, given);
  const known = given ?? [...opened.values()].map(({ resolved }) => resolved.base).find((found) => found);
  for (const each of named) if (each.model?.kind === 'checkpoint') await open(each, known);
  return withOwnNames(named, opened);
}

function checkpointOnly(model: Model): Checkpoint {
  if (model.kind === 'checkpoint') return model;
  throw new ServerError('not-a-model', model.path, `is of the kind ${model.kind}; a base is a checkpoint`);
}

/** In the order that was asked for. Two of one name are told apart by their folders. */
function withOwnNames(
  named: readonly NamedSubject[],
  opened: ReadonlyMap<NamedSubject, OpenSubject>,
): readonly OpenSubject[] {
  const subjects = named.flatMap((each) => opened.get(each) ?? []);
  const times = (name: string) => subjects.filter((subject) => subject.name === name).length;
  return subjects.map((subject) => {
    if (times(subject.name) === 1) return subject;
    const name = `${basename(dirname(subject.path))}/${basename(subject.path)}`;
    return { ...subject, name };
  });
}
