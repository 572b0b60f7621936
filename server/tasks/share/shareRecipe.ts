import type { Prompt, Sampling } from '#protocol/generation.ts';
import type { ShareResult } from '#protocol/results.ts';
import type { SharedPrompt } from '#protocol/share.ts';
import { version } from '#protocol/version.ts';
import { analyze } from '../../analysis/analyze.ts';
import { openScratchFile } from '../../bytes/scratchFile.ts';
import type { Direction } from '../../directions/term.ts';
import { createGenerator, planGenerator } from '../../generation/generator.ts';
import { ServerError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../recipes/resolvedRecipe.ts';
import { inputIdentities } from '../../steering/report/inputFiles.ts';
import { withWarnings } from '../../steering/report/report.ts';
import type { Work } from '../../work/job.ts';
import {
  baseName,
  checkPageDestination,
  type PageSubject,
  recipeText,
  refuseInput,
  writePage,
} from '../handedOn.ts';
import { openRecipe } from '../openRecipe.ts';
import { inWords } from '../recipeFacts.ts';
import { openSteeredModel, type SteeredModel } from '../steeredModel.ts';
import { stopTokens } from '../stopTokens.ts';
import type { TaskContext } from '../taskContext.ts';
import { withoutPlaces } from '../withoutPlaces.ts';
import { factsOf } from './divergences.ts';
import { hasRandom, randomDirection } from './randomDirection.ts';
import { recordPrompt } from './recordTexts.ts';
import { shareCommand } from './shareCommand.ts';
import { sharePage } from './sharePage.ts';
import { shareStrengths } from './shareStrengths.ts';

export interface ShareParams extends PageSubject {
  /** Absolute. */
  readonly output: string;
  readonly force: boolean;
  readonly prompts: readonly Prompt[];
  /** Absolute: the file that they are from. */
  readonly promptFile: string;
  /** Empty: 21 from −2 to 2, and the recipe's. */
  readonly strengths: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Whether texts along a random direction are recorded too. */
  readonly withRandom: boolean;
  /** What moves the texts in the page. */
  readonly script: string;
}

/**
 * Records what a model says at every strength, and writes it as one HTML file with a slider. It has no time of writing. Errors:
 * `output-exists`, `output-conflict`, those of the recipe, the tokenizer and the graph.
 */
export async function shareRecipe(
  params: ShareParams,
  context: TaskContext,
  work: () => Promise<Work>,
): Promise<ShareResult> {
  const { recipe, subject, promptFile, output, force, script } = params;
  const { signal, warnings } = context;
  await checkPageDestination(output, force);
  const resolved = await openRecipe(recipe, context);
  await refuseInput(output, [subject, promptFile], resolved);
  const strengths = shareStrengths(params.strengths, recipe.strengths);
  const prompts = await record(params, { resolved, strengths, context, work });
  const texts = { strengths, start: startOf(strengths, recipe.strengths), prompts };
  const random = factsOf(texts, 'random');
  const content = {
    name: recipe.name,
    words: inWords(recipe),
    texts,
    facts: pageFacts(params, resolved),
    recipe: await recipeText(params, resolved, signal),
    inputs: await inputIdentities(resolved.operands, 'small', signal),
    warnings: warnings.list().map((warning) => withoutPlaces(warning, resolved)),
    versions: [
      ['Weight Steering', version],
      ['Node.js', process.versions.node],
    ] as const,
    command: shareCommand(params),
  };
  signal.throwIfAborted();
  const written = await writePage(output, sharePage(content, script));
  const result = {
    ...written,
    prompts: prompts.length,
    strengths,
    divergence: (factsOf(texts, 'steered') ?? []).map(({ divergence }) => divergence),
    randomDivergence: random === null ? null : random.map(({ divergence }) => divergence),
  };
  return withWarnings(result, warnings);
}

interface Recording {
  readonly resolved: ResolvedRecipe;
  readonly strengths: readonly number[];
  readonly context: TaskContext;
  readonly work: () => Promise<Work>;
}

async function record(
  { recipe, prompts, maxTokens, sampling, withRandom }: ShareParams,
  { resolved, strengths, context, work }: Recording,
): Promise<readonly SharedPrompt[]> {
  const { signal, warnings, report } = context;
  const model = await openSteeredModel(recipe, context);
  const isRandom = withRandom && hasRandom(resolved.direction);
  if (withRandom && !isRandom)
    warnings.add({
      code: 'no-random',
      message: 'Stacks of experts have no random direction here; the page has none.',
    });
  await using scratch = await openScratchFile(0);
  const random = isRandom
    ? [await randomBeside(resolved, { path: scratch.path, seed: sampling.seed, context, work })]
    : [];
  await using generator = await createGenerator(await planGenerator(withDirections(model, random), signal));
  const { place, steerings } = model;
  const options = {
    generator,
    place,
    weights: steerings.map(({ strength }) => strength),
    hasRandom: isRandom,
    strengths,
    stops: await stopTokens(place, signal),
    maxTokens,
    sampling,
    signal,
  };
  const recorded: SharedPrompt[] = [];
  for (const prompt of prompts) {
    report?.({ done: recorded.length, total: prompts.length, unit: 'prompt' });
    recorded.push(await recordPrompt(prompt, options));
  }
  return recorded;
}

function withDirections({ steered }: SteeredModel, more: readonly Direction[]): SteeredModel['steered'] {
  return { ...steered, directions: [...steered.directions, ...more] };
}

interface RandomOptions extends Pick<Recording, 'context' | 'work'> {
  readonly path: string;
  readonly seed: number;
}

async function randomBeside(
  resolved: ResolvedRecipe,
  { path, seed, context, work }: RandomOptions,
): Promise<Direction> {
  const { signal, warnings, report } = context;
  const options = { work: await work(), signal, warnings, spectra: false, ...(report && { report }) };
  const { tensors } = await analyze(resolved, options);
  const norms = new Map<string, number>();
  for (const { name, norm } of tensors) {
    if (norm === null)
      throw new ServerError('not-finite', resolved.recipe.folder, `${name} moves by what is no number`, {
        tensor: name,
      });
    norms.set(name, norm);
  }
  return await randomDirection(resolved.direction, { norms, path, seed, signal });
}

/** The strength that is nearest to the recipe's first. */
function startOf(strengths: readonly number[], [first = 1]: readonly number[]): number {
  const distances = strengths.map((k) => Math.abs(k - first));
  return distances.indexOf(Math.min(...distances));
}

function pageFacts(
  { maxTokens, sampling, prompts }: ShareParams,
  resolved: ResolvedRecipe,
): readonly (readonly [string, string])[] {
  const { temperature, seed } = sampling;
  const chosen = temperature === 0 ? 'the likeliest each' : `at temperature ${temperature}, seed ${seed}`;
  return [
    ['Base', baseName(resolved) ?? 'not known'],
    ['Prompts', String(prompts.length)],
    ['Tokens', `at most ${maxTokens}, ${chosen}`],
    ['Computed', 'in float32 on the CPU'],
  ];
}
