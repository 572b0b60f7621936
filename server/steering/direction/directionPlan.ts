import { asMatrix, JobBuilder } from '../../directions/jobBuilder.ts';
import type { DirectionTensor } from '../../directions/term.ts';
import { isLowRank } from '../../directions/terms.ts';
import { adapterConfiguration } from '../adapter/adapterConfiguration.ts';
import { factorFillings, type Filling } from '../adapter/factorItems.ts';
import { type FactorPair, factorPair } from '../adapter/factorPair.ts';
import { fillFile } from '../adapter/fillFile.ts';
import { keyRule } from '../adapter/peftKeys.ts';
import type { OutputPlan, Plan, PlannedFile, PlannedText } from '../plan.ts';
import type { SteerRequest } from '../request.ts';
import { survivalPair } from '../../directions/survivalPair.ts';
import { idleKeys } from '../idleKeys.ts';
import { traffic } from '../traffic.ts';
import { nameFrom } from '../adapter/whereItLoads.ts';

/** One tensor of w as it is stored: factors, a dense remainder, or both. */
interface Parts {
  readonly tensor: DirectionTensor;
  readonly pair: FactorPair | undefined;
  /** What is not in the pair. */
  readonly rest: DirectionTensor | undefined;
}

/** The folder of `interface.md`, "Direction folder (format 1)": factors as an ordinary adapter, all else in float32. */
export function directionPlan({ resolved, outputs }: SteerRequest): Omit<Plan, 'hash'> {
  const { recipe, direction, base } = resolved;
  const parts = [...direction.tensors.values()].map(toParts);
  const pairs = parts.flatMap(({ pair }) => pair ?? []);
  const rest = parts.flatMap((part) => part.rest ?? []);
  const builder = new JobBuilder();
  const keyOf = keyRule([...direction.tensors].map(([name, { terms }]) => [name, terms] as const));
  const factors = pairs.flatMap((pair) => factorFillings(builder, pair, keyOf));
  const strengths = outputs.map(({ strength }) => strength);
  const files: PlannedFile[] = [];
  const count = (factors.length > 0 ? 1 : 0) + (rest.length > 0 ? 1 : 0);
  const add = (name: string, fillings: readonly Filling[]) => {
    if (fillings.length === 0) return;
    files.push(fillFile(fillings, { name, file: files.length, files: count, strengths }));
  };
  add('adapter_model.safetensors', factors);
  const written = new Map<string, number>();
  add(
    'direction.safetensors',
    rest.map((tensor) => denseFilling(builder, tensor, written)),
  );
  const normItems = parts.map((part) => normItem(builder, part, written));
  const job = builder.job([]);
  return {
    name: recipe.name,
    format: 'direction',
    outputs: outputs.map(({ path, strength }): OutputPlan => {
      const on = { on: base, base: base === undefined ? null : nameFrom(path, base) };
      const config = {
        name: 'adapter_config.json',
        text: adapterConfiguration({ pairs, whole: [], keyOf, ...on }),
      };
      const texts: readonly PlannedText[] = pairs.length > 0 ? [config] : [];
      return {
        path,
        strength,
        texts,
        copies: [],
        tensors: { changed: parts.length, copied: 0 },
        bytesWritten:
          files.reduce((sum, { size }) => sum + size, 0) + Buffer.byteLength(texts[0]?.text ?? ''),
      };
    }),
    files,
    job,
    rank: Math.max(0, ...pairs.map(({ rank }) => rank)),
    dtype: undefined,
    bytesRead: traffic(job).read,
    warnings: idleKeys(recipe, 'direction'),
    direction: { normItems, lowRank: pairs.length, dense: rest.length },
  };
}

function toParts(tensor: DirectionTensor): Parts {
  const { name, shape, terms } = tensor;
  const pair = factorPair(name, shape, { fixed: [], moving: terms.filter(isLowRank) });
  const left = pair === undefined ? terms : terms.filter((term) => !isLowRank(term));
  return { tensor, pair, rest: left.length === 0 ? undefined : { ...tensor, terms: left } };
}

/** `written` learns under which number the tensor is measured. */
function denseFilling(
  builder: JobBuilder,
  { name, shape, terms }: DirectionTensor,
  written: Map<string, number>,
): Filling {
  return {
    name,
    dtype: 'F32',
    shape,
    fill: (places) => {
      const moving = terms.map((term) => builder.term(term));
      const survival = survivalPair(moving);
      const item = builder.add({
        kind: 'steer',
        name,
        ...asMatrix(shape),
        fixed: [],
        moving,
        dtype: 'F32',
        places,
        ...(survival !== undefined && { survival }),
      });
      written.set(name, item);
    },
  };
}

/** Dense tensors are measured while they are written; factors have their norm in their spectrum; a sum of both is evaluated. */
function normItem(
  builder: JobBuilder,
  { tensor, pair, rest }: Parts,
  written: ReadonlyMap<string, number>,
): number {
  const { name, shape, terms } = tensor;
  const matrix = { name, ...asMatrix(shape) };
  const known = pair === undefined ? written.get(name) : undefined;
  if (known !== undefined) return known;
  if (rest === undefined) {
    const factors = terms.filter(isLowRank).map((term) => builder.lowRank(term));
    return builder.add({ kind: 'spectrum', ...matrix, terms: factors });
  }
  const moving = terms.map((term) => builder.term(term));
  return builder.add({ kind: 'steer', ...matrix, fixed: [], moving, dtype: 'F32', places: [] });
}
