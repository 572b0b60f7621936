import { resolve } from 'node:path';
import { countRemoval } from '../analysis/countRemoval.ts';
import { removeDirections } from '../analysis/removeDirections.ts';
import { ServerError } from '../errors.ts';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import type { Removal, Remove, RemoveFrom } from '../recipes/removal.ts';
import type { Operand } from '../recipes/resolvedRecipe.ts';
import type { LazyWork } from './lazyWork.ts';
import { namedSubject, openSubject, type OpenSubject, type OpenSubjectOptions } from './openSubject.ts';
import type { TaskContext } from './taskContext.ts';

type OpenRecipe = OpenSubjectOptions['openRecipe'];

/**
 * How `remove` of a recipe is carried out: what it names is opened as `similarity` opens its subjects, on the recipe's base. Where
 * only headers are read it is counted. Errors: those of the models and of `removeDirections`; `invalid-recipe` for a recipe that
 * is, by way of others, removed from itself.
 */
export function removing(context: TaskContext, work: LazyWork, openRecipe: OpenRecipe): Remove {
  return async (direction, removals, from) => {
    const { signal, warnings, report, headersOnly } = context;
    const subjects: OpenSubject[] = [];
    for (const removal of removals) subjects.push(await opened(removal, from, { context, openRecipe }));
    const operands = subjects.flatMap(operandsOf);
    if (headersOnly === true) {
      const directions = subjects.map(({ resolved }) => resolved.direction);
      return { direction: countRemoval(direction, directions, from.tied), operands };
    }
    const removables = removals.flatMap(({ direction: reference, per }, index) => {
      const { path = '', resolved } = subjects[index] ?? {};
      return resolved === undefined ? [] : [{ reference, per, path, direction: resolved.direction }];
    });
    const options = { work: await work.open(), tied: from.tied, signal, report };
    const removed = await removeDirections(direction, removables, options);
    if (removed.direction.tensors.size === 0 && direction.tensors.size > 0) {
      const names = removals.map((each) => each.direction).join(', ');
      const message = `All of ${direction.name} lies in the span of ${names}: without it the direction is zero.`;
      warnings.add({ code: 'zero-direction', message, file: from.folder });
    }
    for (const one of removed.report.removed) {
      if (one.tensors > 0) continue;
      const message = `${one.direction} moves none of the tensors of ${direction.name}, so nothing of it is taken out.`;
      warnings.add({ code: 'removes-nothing', message, file: from.folder });
    }
    return { ...removed, operands };
  };
}

async function opened(
  { direction }: Removal,
  { folder, base }: RemoveFrom,
  { context, openRecipe }: { readonly context: TaskContext; readonly openRecipe: OpenRecipe },
): Promise<OpenSubject> {
  const { removedFrom = [] } = context;
  const path = resolve(folder, direction);
  if (removedFrom.includes(path)) {
    const problem = `removes, itself or by way of others, \`${direction}\` from itself`;
    throw new ServerError('invalid-recipe', path, problem);
  }
  const inside = {
    ...context,
    folder,
    ...(namesRecipe(direction) && { removedFrom: [...removedFrom, path] }),
  };
  return await openSubject(await namedSubject(direction, inside), { base, openRecipe }, inside);
}

function operandsOf({ name, resolved }: OpenSubject): readonly Operand[] {
  return resolved.operands
    .filter(({ role }) => role !== 'base' && role !== 'target')
    .map((operand) => ({ ...operand, role: `removed.${name}.${operand.role}` }));
}
