import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { AdapterSettings } from './adapterConfig.ts';
import type { ModuleParts } from './adapterParts.ts';
import type { AdapterFactors } from './model.ts';

/**
 * The factors of one module with their scale, shapes checked against each other and against the rank that the
 * configuration gives the module (`invalid-adapter`). Undefined where a module has a bias alone.
 */
export function toFactors(
  module: string,
  parts: ModuleParts,
  settings: AdapterSettings,
): AdapterFactors | undefined {
  const pair = pairOf(parts);
  if (pair === undefined) return undefined;
  const { A, B, embedding } = pair;
  const { config } = settings;
  const { rank, alpha, scale, where } = scaleOf(module, settings);
  for (const factor of [A, B]) checkFactor(factor);
  checkRank({ A, B }, rank, `${where} of ${settings.path}`);
  const transposed = embedding || config.fanInFanOut;
  const lengths = lengthsOf(parts, { A, B }, settings);
  return {
    module,
    tensor: `${module}.weight`,
    A,
    B,
    rank,
    alpha,
    scale,
    transposed,
    embedding,
    ...(lengths !== undefined && { magnitude: { lengths, along: transposed ? 'columns' : 'rows' } }),
  };
}

/** What the configuration says of a module or a parameter; `where` it says so. */
export function scaleOf(name: string, { config, ranks, alphas }: AdapterSettings) {
  const found = ranks.find(name);
  const rank = found?.value ?? config.rank;
  const alpha = alphas.find(name)?.value ?? config.alpha;
  const scale = alpha / (config.rsLora ? Math.sqrt(rank) : rank);
  return { rank, alpha, scale, where: found === undefined ? 'r' : `rank_pattern[${quote(found.key)}]` };
}

/** DoRA: one length for each output. PEFT refuses `lora_bias` with it, and passes over magnitudes without `use_dora`. */
function lengthsOf(
  { magnitude, bias }: ModuleParts,
  { A, B }: Pair,
  { path, dora }: AdapterSettings,
): StoredTensor | undefined {
  if (magnitude === undefined) {
    if (!dora) return undefined;
    throw invalid(A, `${quote(A.name)} has no lora_magnitude_vector beside it, but ${path} has use_dora set`);
  }
  if (!dora)
    throw invalid(magnitude, `${quote(magnitude.name)} belongs to DoRA, but ${path} has no use_dora`);
  if (bias !== undefined)
    throw invalid(bias, `${quote(bias.name)} is a bias of factors, which DoRA cannot have`);
  const [outputs = 0] = B.shape;
  if (magnitude.shape.length === 1 && magnitude.shape[0] === outputs) return magnitude;
  const found = `${quote(magnitude.name)} has the shape [${magnitude.shape.join(', ')}]`;
  throw invalid(magnitude, `${found}, but ${quote(B.name)} is for ${outputs} outputs`);
}

export interface Pair {
  readonly A: StoredTensor;
  readonly B: StoredTensor;
}

/** The two factors of a module, undefined where it has none; `invalid-adapter` where one is missing. */
export function pairOf(parts: ModuleParts): (Pair & { readonly embedding: boolean }) | undefined {
  const { A, B, embedding_A: embeddingA, embedding_B: embeddingB } = parts;
  const linear = A ?? B;
  const tokens = embeddingA ?? embeddingB;
  if (linear !== undefined && tokens !== undefined) {
    const problem = `${quote(linear.name)} and ${quote(tokens.name)} are for one module, which cannot be both`;
    throw invalid(tokens, problem);
  }
  if (linear !== undefined) return { ...complete(A, B, linear), embedding: false };
  return tokens === undefined ? undefined : { ...complete(embeddingA, embeddingB, tokens), embedding: true };
}

function complete(A: StoredTensor | undefined, B: StoredTensor | undefined, present: StoredTensor): Pair {
  if (A !== undefined && B !== undefined) return { A, B };
  throw invalid(present, `${quote(present.name)} has no factor ${A === undefined ? 'A' : 'B'} beside it`);
}

export function checkFactor(factor: StoredTensor): void {
  const { name, shape } = factor;
  const found = `${quote(name)} has the shape [${shape.join(', ')}]`;
  if (shape.length > 2) {
    const problem = `${found}; factors of convolutions and stacked experts are not supported`;
    throw new ServerError('unsupported-adapter', factor.file, problem, { tensor: name });
  }
  if (shape.length === 2 && !shape.includes(0)) return;
  throw invalid(
    factor,
    `${found}; it was saved before its shards were gathered (ZeRO-3, FSDP), save it again`,
  );
}

function checkRank({ A, B }: Pair, rank: number, where: string): void {
  const [rows = 0] = A.shape;
  const columns = B.shape[1] ?? 0;
  if (rows !== columns) {
    const shapes = `[${A.shape.join(', ')}] and ${quote(B.name)} [${B.shape.join(', ')}]`;
    throw invalid(A, `${quote(A.name)} is ${shapes}: their ranks ${rows} and ${columns} differ`);
  }
  if (rows !== rank) throw invalid(A, `${quote(A.name)} has the rank ${rows}, but ${where} is ${rank}`);
}

function invalid({ name, file }: StoredTensor, problem: string): ServerError {
  return new ServerError('invalid-adapter', file, problem, { tensor: name });
}
