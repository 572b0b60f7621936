import type { CheckDepth, Finding } from '#protocol/check.ts';
import { checkModels } from '../../../server/tasks/checkModels.ts';
import { Warnings } from '../../../server/warnings.ts';

const { signal } = new AbortController();

/** What is wrong with these models, as the command line and the editor are told. */
export async function findingsOf(
  models: readonly string[],
  {
    depth = 'values',
    texts = {},
  }: { readonly depth?: CheckDepth; readonly texts?: Readonly<Record<string, string>> } = {},
): Promise<readonly Finding[]> {
  const context = { folder: process.cwd(), signal, warnings: new Warnings() };
  const { findings } = await checkModels({ models, depth, texts }, context, () => {});
  return findings;
}
