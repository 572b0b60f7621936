import type { Params, Result } from '#protocol/requests.ts';
import type { Operand } from '../recipes/resolvedRecipe.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { openRecipe } from './openRecipe.ts';
import { recipeOfSubject } from './recipeOfSubject.ts';
import type { TaskContext } from './taskContext.ts';

/** Where a tensor of a subject's models lies; null where none of them stores it. Headers only. Errors: those of the models. */
export async function tensorFile(
  { subject, name }: Params<'direction/tensorFile'>,
  context: TaskContext,
): Promise<Result<'direction/tensorFile'>> {
  const { operands } = await openRecipe(await recipeOfSubject(subject, context), context);
  const files = filesOf(operands.toSorted((one, other) => rank(one) - rank(other)));
  return { path: files.find(({ tensors }) => tensors.includes(name))?.path ?? null };
}

/** What is steered is what somebody wants to see; a pair's second model before its first. */
function rank({ role }: Operand): number {
  if (role === 'target') return 0;
  return role === 'positive' ? 1 : 2;
}
