import type { DType } from '#protocol/tensors.ts';
import { elementCount } from '../../tensors/dtype.ts';
import { finding } from '../finding.ts';
import { rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { type Check, configOf } from '../survey.ts';

const names: ReadonlyMap<string, DType> = new Map([
  ['float64', 'F64'],
  ['float32', 'F32'],
  ['bfloat16', 'BF16'],
  ['float16', 'F16'],
]);

/** `dtype`, or `torch_dtype` as it was called before, against what most parameters are. */
export const checkDtype: Check = (survey) => {
  const config = configOf(survey);
  const field = ['dtype', 'torch_dtype'].find((name) => typeof config?.json[name] === 'string');
  const node = field === undefined ? undefined : nodeAt(config?.root, field);
  if (config === undefined || field === undefined || node === undefined) return [];
  const stored = prevalent(survey.tensors.values());
  const said = names.get(String(config.json[field]));
  const actual = [...names].find(([, dtype]) => dtype === stored)?.[0];
  if (said === undefined || actual === undefined || said === stored) return [];
  const message = `${field} is ${String(config.json[field])}, but most weights are stored as ${actual}.`;
  return [finding('dtype-mismatch', config.path, message, { range: rangeOf(config, node) })];
};

function prevalent(
  tensors: Iterable<{ readonly dtype: DType; readonly shape: readonly number[] }>,
): DType | undefined {
  const counts = new Map<DType, number>();
  for (const { dtype, shape } of tensors)
    counts.set(dtype, (counts.get(dtype) ?? 0) + (elementCount(shape) ?? 0));
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
