import { resolve } from 'node:path';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import { Command } from 'commander';
import { analyze } from '../analysis/analyze.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { contrastLines } from './contrastLines.ts';
import { jointNorm } from './jointNorm.ts';
import { layerBars } from './layerBars.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { counted, percent, significant } from '../numbers.ts';
import { modelRecipe } from '../tasks/subjectRecipe.ts';
import { openReference } from '../tasks/openReference.ts';
import { openRecipe } from '../tasks/openRecipe.ts';
import { examples, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { type Column, table } from './table.ts';

/** `steer analyze RECIPE|DIRECTION|ADAPTER`: size and shape of the direction. */
export function analyzeCommand(run: Run): Command {
  const command = new Command('analyze')
    .summary('size and shape of a direction')
    .description(
      'Shows size and shape of a direction, layer by layer: norms, ranks and, with --json, singular values.',
    )
    .argument('<recipe>', 'a *.steer.yaml file, a stored direction, or an adapter')
    .addOption(jsonOption())
    .action((path: string) => run((session) => analyzed(path, session)));
  return examples(command, [
    ['steer analyze honest.steer.yaml', 'how far the direction reaches in each layer'],
    ['steer analyze adapters/honest', 'the same of one adapter'],
    ['steer analyze directions/honest --json', 'every tensor with its singular values'],
  ]);
}

async function analyzed(text: string, session: Session): Promise<Answer> {
  const { signal, warnings, report } = session;
  const direction = await openRecipe(await recipeOf(text, session), session);
  await using work = new LazyWork('cpu', signal);
  const result = await analyze(direction, { work: await work.open(), signal, report, warnings });
  return { result, text: analyzeText(result) };
}

async function recipeOf(text: string, session: Session): Promise<Recipe> {
  const { folder, signal } = session;
  if (/\.ya?ml$/i.test(text)) return await readRecipe(resolve(folder, text), signal);
  return modelRecipe(await openReference(text, session), folder);
}

/** Shown of the tensors that move most. */
const most = 10;

export function analyzeText(result: AnalyzeResult): string {
  const { name, norm, layers, tensors } = result;
  const { share } = jointNorm(tensors);
  const relation = share === null ? '' : ` (${percent(share)} of the base there)`;
  const heading = `${name}: ‖w‖ ${significant(norm)}${relation}, ${counted(tensors.length, 'tensor')} in ${counted(layers, 'layer')}`;
  if (tensors.length === 0) return heading;
  const size = share === null ? norms : relativeNorms;
  const largest = tensors.toSorted((a, b) => size(b) - size(a)).slice(0, most);
  const rest =
    tensors.length > most ? [`The ${most} that move most of ${tensors.length}; --json has all.`] : [];
  const sides = contrastLines(result).flatMap((line) => ['', line]);
  return [heading, '', layerBars(tensors), '', table(columns, largest.map(cells)), ...rest, ...sides].join(
    '\n',
  );
}

function norms({ norm }: TensorAnalysis): number {
  return norm ?? 0;
}

function relativeNorms({ relativeNorm }: TensorAnalysis): number {
  return relativeNorm ?? 0;
}

const columns: readonly Column[] = [
  { heading: 'tensor' },
  { heading: 'norm', align: 'right' },
  { heading: 'of the base', align: 'right' },
  { heading: 'rank', align: 'right' },
  { heading: 'stable', align: 'right' },
  { heading: 'effective', align: 'right' },
];

function cells({
  name,
  norm,
  relativeNorm,
  rank,
  stableRank,
  effectiveRank,
}: TensorAnalysis): readonly string[] {
  const ranks = [rank === null ? 'full' : String(rank), significant(stableRank), significant(effectiveRank)];
  return [name, significant(norm), percent(relativeNorm), ...ranks];
}
