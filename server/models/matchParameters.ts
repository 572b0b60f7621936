import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type {
  Adapter,
  AdapterFactors,
  Checkpoint,
  ExpertFactors,
  ParameterCandidate,
  ParameterFactors,
} from './model.ts';

interface Base {
  readonly checkpoint: Checkpoint;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly rename: (name: string) => string;
}

interface Matched {
  readonly factors: readonly AdapterFactors[];
  readonly experts: readonly ExpertFactors[];
}

/**
 * What `target_parameters` comes to on a base: plain factors for matrices, those of all experts for tensors of three
 * dimensions. Each pair has to fit exactly one parameter: `shape-mismatch` where none, `unsupported-adapter` where it
 * is not known which, or which way round square experts are.
 */
export function matchParameters(adapter: Adapter, base: Base): Matched {
  const found = (adapter.parameters ?? []).flatMap((parameters) => assigned(parameters, adapter, base));
  return {
    factors: found.flatMap((change) => ('embedding' in change ? [change] : [])),
    experts: found.flatMap((change) => ('shape' in change ? [change] : [])),
  };
}

type Change = AdapterFactors | ExpertFactors;
type Pair = ParameterFactors['pairs'][number];

function assigned(parameters: ParameterFactors, adapter: Adapter, base: Base): readonly Change[] {
  const { module, candidates, pairs } = parameters;
  const fitting = pairs.map((pair) =>
    candidates.flatMap((candidate) => toChange(pair, candidate, adapter, base) ?? []),
  );
  const solutions = combinations(fitting);
  const [solution, ...others] = solutions;
  if (solution !== undefined && others.length === 0) return solution;
  const first = pairs[0]?.A;
  const [file, tensor] = [first?.file ?? adapter.path, first?.name ?? module];
  const names = candidates.map((candidate) => quote(candidate.tensor)).join(', ');
  const problem =
    solution === undefined
      ? `${quote(tensor)} and its like fit none of the parameters ${names} of ${base.checkpoint.path}`
      : `${quote(tensor)} fits several of the parameters ${names}; merge it with PEFT (merge_and_unload)`;
  const code = solution === undefined ? 'shape-mismatch' : 'unsupported-adapter';
  throw new ServerError(code, file, problem, { tensor });
}

/** Every choice of one change for each pair in which no tensor is changed twice; two are enough to know. */
function combinations(choices: readonly (readonly Change[])[]): readonly (readonly Change[])[] {
  return choices.reduce<readonly (readonly Change[])[]>(
    (chosen, next) =>
      chosen
        .flatMap((before) => next.map((change) => [...before, change]))
        .filter((all) => new Set(all.map(({ tensor }) => tensor)).size === all.length)
        .slice(0, 100),
    [[]],
  );
}

function toChange(
  { A, B }: Pair,
  candidate: ParameterCandidate,
  adapter: Adapter,
  base: Base,
): Change | undefined {
  const tensor = base.rename(candidate.tensor);
  const [experts, rows, columns, ...more] = threeOf(base.tensors.get(tensor)?.shape ?? []);
  const { rank } = candidate;
  const [stacked = 0, inputs] = A.shape;
  const [outputs, joint] = B.shape;
  if (experts === undefined || rows === undefined || columns === undefined || more.length > 0)
    return undefined;
  if (stacked !== joint || stacked !== rank * experts) return undefined;
  const isPlain = outputs === rows && inputs === columns;
  const isTransposed = outputs === columns && inputs === rows;
  if (base.tensors.get(tensor)?.shape.length === 2) {
    const module = tensor.replace(/\.weight$/, '');
    return isPlain ? { ...candidate, tensor, module, A, B, transposed: false, embedding: false } : undefined;
  }
  if (!isPlain && !isTransposed) return undefined;
  const transposed = isPlain && isTransposed ? isSquareTransposed(A, adapter, base) : isTransposed;
  return { ...candidate, tensor, A, B, shape: [experts, rows, columns], transposed };
}

function threeOf(shape: readonly number[]): readonly number[] {
  return shape.length === 2 ? [1, ...shape] : shape;
}

/** `model_type`s of transformers 5 whose experts are [experts, in, out] (`is_transposed`). */
const transposedTypes: ReadonlySet<unknown> = new Set([
  'gpt_oss',
  'openai_privacy_filter',
  'aria',
  'aria_text',
]);

/** PEFT goes by the class of the experts, and did not always: where shapes do not tell, versions have to. */
function isSquareTransposed(A: StoredTensor, { config }: Adapter, { checkpoint }: Base): boolean {
  if (transposedTypes.has(checkpoint.config?.['model_type'])) return true;
  const [, minor] = /^0\.(\d+)\./.exec(String(config.raw['peft_version'])) ?? [];
  if (Number(minor) >= 21 && checkpoint.config !== undefined) return false;
  const problem = `${quote(A.name)} is for square experts, and which way round they are is not known; merge it with PEFT (merge_and_unload)`;
  throw new ServerError('unsupported-adapter', A.file, problem, { tensor: A.name });
}
