import type { VocabularyParams, VocabularyProgress, VocabularyResult } from '#protocol/vocabulary.ts';
import { outputHead } from '../analysis/vocabulary/outputHead.ts';
import { readVocabulary, writersOf } from '../analysis/vocabulary/readVocabulary.ts';
import { exampleWriters } from '../analysis/vocabulary/residualSide.ts';
import { ServerError } from '../errors.ts';
import { dirname } from 'node:path';
import type { Checkpoint } from '../models/model.ts';
import { tokenTexts } from '../models/tokenTexts.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { openRecipe } from './openRecipe.ts';
import type { TaskContext } from './taskContext.ts';

export interface VocabularyOptions extends Pick<VocabularyParams, 'tokens' | 'vectors' | 'seed'> {
  /** Asked for when everything has been opened. */
  readonly work: () => Promise<Work>;
  readonly tell: (progress: VocabularyProgress) => void;
}

/** Tokens at each end, and singular vectors of each tensor, that can be asked for. */
const most = { tokens: 1000, vectors: 64 };

/**
 * What a direction writes, in tokens. `base-not-found` where there is no base, whose norm and unembedding it is read through;
 * `usage` for counts that are out of range; errors of the models.
 */
export async function vocabularyReading(
  recipe: Recipe,
  context: TaskContext,
  { work, tell, tokens = 10, vectors = 1, seed = 0 }: VocabularyOptions,
): Promise<VocabularyResult> {
  const { signal, warnings } = context;
  refuseOutside({ tokens, vectors }, recipe);
  const { direction, base, operands } = await openRecipe(recipe, context);
  if (base === undefined) {
    const problem = `${direction.name} is read through the final norm and the unembedding of its base, which is not known; name it in a recipe (base: …)`;
    throw new ServerError('base-not-found', recipe.folder, problem);
  }
  const head = outputHead(base);
  const writers = writersOf(direction, base, head);
  const names = { norm: head.norm.name, unembedding: head.unembedding.name };
  const files = filesOf(operands).map(({ path }) => path);
  tell({ kind: 'plan', name: recipe.name, tensors: writers.map(({ name }) => name), files });
  if (writers.length === 0) {
    const message = `${direction.name} moves no matrix that writes to the residual stream (${exampleWriters}), so there is nothing to read in tokens.`;
    warnings.add({ code: 'no-writers', message });
    return withWarnings({ name: recipe.name, rows: [], ...names }, warnings);
  }
  const texts = await textsOf(base, context);
  const rows = await readVocabulary(writers, {
    base,
    head,
    tokens,
    vectors,
    seed,
    texts,
    signal,
    work: await work(),
    report: ({ done, total }) => tell({ kind: 'state', done, total }),
  });
  tell({ kind: 'rows', rows });
  return withWarnings({ name: recipe.name, rows, ...names }, warnings);
}

async function textsOf({ path, files }: Checkpoint, { signal, warnings }: TaskContext) {
  const [file] = files;
  const folder = file === undefined || file.path !== path ? path : dirname(path);
  const texts = await tokenTexts(folder, signal);
  if (texts === undefined) {
    const message = 'The base has no tokenizer.json that can be read, so tokens have their numbers only.';
    warnings.add({ code: 'no-tokenizer', message, file: path });
  }
  return texts;
}

function refuseOutside(counts: typeof most, { folder }: Recipe): void {
  for (const key of ['tokens', 'vectors'] as const) {
    if (Number.isSafeInteger(counts[key]) && counts[key] >= 1 && counts[key] <= most[key]) continue;
    const problem = `is asked for ${counts[key]} ${key}; a whole number from 1 to ${most[key]} is due`;
    throw new ServerError('usage', folder, problem);
  }
}
