import type { AppliedFix, CheckParams, CheckProgress, CheckResult } from '#protocol/check.ts';
import { fixModel } from '../check/fixes/fixModel.ts';
import { ServerError } from '../errors.ts';
import { checkedPaths, checkModels } from './checkModels.ts';
import type { TaskContext } from './taskContext.ts';

export interface FixModelsParams extends Omit<CheckParams, 'texts'> {
  /** Only what has this code. */
  readonly code?: string | undefined;
}

/**
 * Puts right what can be in models, then checks them: what is left, and what was done. Each change is made whole or not at all, and
 * what was there before is kept beside it. Errors: `untrusted-workspace`, those of `checkModels`, of writing.
 */
export async function fixModels(
  params: FixModelsParams,
  context: TaskContext,
  tell: (progress: CheckProgress) => void,
): Promise<CheckResult> {
  const { models, depth, code } = params;
  const fixed: AppliedFix[] = [];
  for (const named of models) {
    for (const path of await checkedPaths(named, context)) {
      refuseUntrusted(path, context);
      const { folder, bases, signal, readsPickles = true } = context;
      fixed.push(...(await fixModel(path, { workspace: folder, bases, depth, signal, code, readsPickles })));
    }
  }
  return { ...(await checkModels({ models, depth }, context, tell)), fixed };
}

function refuseUntrusted(path: string, { mayWrite = true }: TaskContext): void {
  if (mayWrite) return;
  const problem = 'is in a window that does not trust its folders, where nothing is written';
  throw new ServerError('untrusted-workspace', path, problem);
}
