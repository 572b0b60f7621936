import type {
  GenerationParams,
  GenerationProgress,
  GenerationResult,
  Sampling,
} from '#protocol/generation.ts';
import { ServerError } from '../errors.ts';
import { type GeneratedToken, isBase } from '../generation/generateTexts.ts';
import { planGenerator } from '../generation/generator.ts';
import { withWarnings } from '../steering/report/report.ts';
import { ColumnTokens, generatedColumn } from './generatedColumn.ts';
import { generationRecipe } from './generationSubject.ts';
import type { KeptGenerator } from './keptGenerator.ts';
import { encodePrompt, openSteeredModel } from './steeredModel.ts';
import { stopTokens } from './stopTokens.ts';
import type { TaskContext } from './taskContext.ts';

interface Running {
  readonly kept: KeptGenerator;
  readonly tell: (progress: GenerationProgress) => void;
}

/** Texts for a Generate panel, told token by token. Errors: those of the recipe, the tokenizer and the graph. */
export async function runGeneration(
  params: GenerationParams,
  context: TaskContext,
  { kept, tell }: Running,
): Promise<GenerationResult> {
  const { signal } = context;
  const recipe = await generationRecipe(params.subject, context);
  const { steered, steerings, place } = await openSteeredModel(recipe, context);
  refuseOdd(params, steerings.length);
  const plan = await planGenerator(steered, signal);
  tell({ kind: 'plan', files: plan.files });
  const { tokenizer, encoding } = await encodePrompt(place, params.prompt, signal);
  const generator = await kept.of(plan, () => tell({ kind: 'phase', phase: 'loading' }));
  tell({ kind: 'phase', phase: 'reading' });
  const { columns, maxTokens, sampling, topLogprobs } = params;
  const told = columns.map(() => new ColumnTokens(tokenizer));
  const stops = await stopTokens(place, signal);
  const started = performance.now();
  const options = {
    ids: encoding.ids,
    strengths: columns,
    maxTokens,
    stops,
    sampling,
    topLogprobs,
    againstBase: columns.some(isBase),
    signal,
    onToken: (column: number, token: GeneratedToken) => {
      const text = told[column]?.add(token);
      if (text !== undefined) tell({ kind: 'token', column, token: text });
    },
  };
  const texts = await generator.generate(options, params.mask);
  const seconds = (performance.now() - started) / 1000;
  const made = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const result: GenerationResult = {
    columns: texts.map((text, at) => generatedColumn(columns[at] ?? [], told[at]?.end() ?? [], text)),
    promptTokens: encoding.ids.length,
    device: 'cpu',
    precision: 'float32',
    tokensPerSecond: made / seconds,
    memory: plan.memory,
  };
  return withWarnings(result, context.warnings);
}

/** More columns are more than anybody reads. */
const mostColumns = 16;

function refuseOdd(params: GenerationParams, directions: number): void {
  const { columns, maxTokens, sampling, subject } = params;
  const name = subject.kind === 'pair' ? subject.after : subject.path;
  const refuse = (problem: string) => new ServerError('usage', name, problem);
  if (columns.length === 0 || columns.length > mostColumns)
    throw refuse(`is asked for ${columns.length} texts; 1 to ${mostColumns} are made at once`);
  const odd = columns.find((each) => each.length !== directions || !each.every(Number.isFinite));
  if (odd !== undefined) throw refuse(`has ${directions} directions; the strengths are ${odd.join(', ')}`);
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) throw refuse(`cannot have ${maxTokens} tokens`);
  const wrong = oddSampling(sampling);
  if (wrong !== undefined) throw refuse(`cannot be sampled with the ${wrong}`);
}

function oddSampling(sampling: Sampling): string | undefined {
  const { temperature, topK, topP, minP, repetitionPenalty, seed } = sampling;
  if (!isWithin(temperature, 100)) return `temperature ${temperature}`;
  if (!Number.isSafeInteger(topK) || topK < 0) return `top-k ${topK}`;
  if (!isWithin(topP, 1)) return `top-p ${topP}`;
  if (!isWithin(minP, 1)) return `min-p ${minP}`;
  if (!(repetitionPenalty > 0 && repetitionPenalty <= 100)) return `repetition penalty ${repetitionPenalty}`;
  return Number.isSafeInteger(seed) && seed >= 0 ? undefined : `seed ${seed}`;
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}
