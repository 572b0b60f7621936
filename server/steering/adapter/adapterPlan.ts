import { asMatrix, JobBuilder } from '../../directions/jobBuilder.ts';
import { ServerError } from '../../errors.ts';
import { dense } from '../../directions/terms.ts';
import { adapterConfiguration } from './adapterConfiguration.ts';
import { adapterTensors, type WholeTensor } from './adapterTensors.ts';
import { factorFillings, type Filling } from './factorItems.ts';
import { fillFile } from './fillFile.ts';
import { type KeyOf, keyRule } from './peftKeys.ts';
import type { OutputPlan, Plan } from '../plan.ts';
import type { SteerRequest } from '../request.ts';
import type { Target } from '../checkpoint/targetTensors.ts';
import { idleKeys } from '../idleKeys.ts';
import { traffic } from '../traffic.ts';
import { nameFrom } from './whereItLoads.ts';

/**
 * An adapter for each strength: the target's own factors and w's side by side, so the rank is their sum and nothing is
 * approximated; float32. A zero w makes no adapter: `nothing-selected`.
 */
export function adapterPlan(
  { resolved, outputs }: SteerRequest,
  target: Target | undefined,
): Omit<Plan, 'hash'> {
  const { recipe, direction } = resolved;
  const { pairs, whole } = adapterTensors(resolved, target);
  if (pairs.length + whole.length === 0) {
    const problem = `${direction.name} is zero; there is nothing to write into an adapter`;
    throw new ServerError('nothing-selected', recipe.folder, problem);
  }
  const keyOf = keyRule([
    ...pairs.map(({ tensor, terms }) => [tensor, terms] as const),
    ...whole.map(({ name, source, fixed, moving }) => [name, [dense(source), ...fixed, ...moving]] as const),
  ]);
  const wrapped = new Set(pairs.map(({ tensor }) => tensor));
  const builder = new JobBuilder();
  const fillings = [
    ...pairs.flatMap((pair) => factorFillings(builder, pair, keyOf)),
    ...whole.map((tensor) => wholeFilling(builder, tensor, { keyOf, wrapped })),
  ];
  const strengths = outputs.map(({ strength }) => strength);
  const weights = fillFile(fillings, { name: 'adapter_model.safetensors', file: 0, files: 1, strengths });
  const job = builder.job([]);
  const contents = { pairs, whole: whole.map(({ name }) => name), on: target?.checkpoint, keyOf };
  return {
    name: recipe.name,
    format: 'adapter',
    outputs: outputs.map(({ path, strength }): OutputPlan => {
      const base = target === undefined ? null : nameFrom(path, target.checkpoint);
      const text = adapterConfiguration({ ...contents, base });
      return {
        path,
        strength,
        texts: [{ name: 'adapter_config.json', text }],
        copies: [],
        tensors: { changed: pairs.length + whole.length, copied: 0 },
        bytesWritten: weights.size + Buffer.byteLength(text),
      };
    }),
    files: [weights],
    job,
    rank: Math.max(0, ...pairs.map(({ rank }) => rank)),
    dtype: undefined,
    bytesRead: traffic(job).read,
    warnings: idleKeys(recipe, 'adapter'),
  };
}

interface Keys {
  readonly keyOf: KeyOf;
  /** Tensors that have factors: PEFT calls the wrapped module's own parameters `base_layer`. */
  readonly wrapped: ReadonlySet<string>;
}

function wholeFilling(
  builder: JobBuilder,
  { name, shape, source, ...terms }: WholeTensor,
  keys: Keys,
): Filling {
  const key = wholeKey(name, keys);
  return {
    name: key,
    dtype: 'F32',
    shape,
    fill: (places) =>
      builder.add({
        kind: 'steer',
        name: key,
        ...asMatrix(shape),
        source: builder.operand(source),
        fixed: terms.fixed.map((term) => builder.term(term)),
        moving: terms.moving.map((term) => builder.term(term)),
        dtype: 'F32',
        places,
      }),
  };
}

function wholeKey(name: string, { keyOf, wrapped }: Keys): string {
  const at = name.lastIndexOf('.');
  const [module, parameter] = [name.slice(0, at), name.slice(at + 1)];
  const isWrapped = parameter === 'bias' && wrapped.has(`${module}.weight`);
  return `base_model.model.${keyOf(module)}${isWrapped ? '.base_layer' : ''}.${parameter}`;
}
