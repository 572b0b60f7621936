import { ServerError } from '../errors.ts';
import { isFloat } from '../tensors/dtype.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Adapter, AdapterFactors, AdapterTensor, Checkpoint } from './model.ts';
import { fittingRules } from './nameRule.ts';

/**
 * The adapter with the checkpoint's names, everything about it fitting. Errors: `unmatched-tensor` where no way, or
 * more than one, turns its names into the checkpoint's; `shape-mismatch`; `unsupported-dtype`.
 */
export function matchAdapter(adapter: Adapter, checkpoint: Checkpoint): Adapter {
  const names = [...new Set([...adapter.factors, ...adapter.whole].map(({ tensor }) => tensor))];
  const find = (name: string) => checkpoint.tensors.get(name);
  const rules = fittingRules(names, (name) => find(name) !== undefined);
  const [rule] = rules;
  if (rule === undefined || rules.length > 1) {
    const first = names.slice(0, 3).map(quote).join(', ');
    const problem = `has tensors that ${checkpoint.path} does not have, such as ${first}`;
    throw new ServerError('unmatched-tensor', adapter.path, problem);
  }
  const rename = (name: string) => rule.rename(name) ?? name;
  const factors = adapter.factors.map((factor) => {
    const tensor = rename(factor.tensor);
    const renamed = { ...factor, tensor, module: tensor.slice(0, -'.weight'.length) };
    checkFactors(renamed, find(tensor));
    return renamed;
  });
  const whole = adapter.whole.map((part) => {
    const renamed = { ...part, tensor: rename(part.tensor) };
    checkWhole(renamed, find(renamed.tensor));
    return renamed;
  });
  return { ...adapter, factors, whole };
}

function checkFactors({ A, B, tensor, transposed }: AdapterFactors, base: StoredTensor | undefined): void {
  for (const part of [A, B]) checkDtype(part);
  const [rows = 0] = B.shape;
  const columns = A.shape[1] ?? 0;
  checkShape(B, transposed ? [columns, rows] : [rows, columns], tensor, base);
}

function checkWhole({ stored, tensor }: AdapterTensor, base: StoredTensor | undefined): void {
  checkDtype(stored);
  checkShape(stored, stored.shape, tensor, base);
}

function checkDtype({ name, dtype, file }: StoredTensor): void {
  if (isFloat(dtype)) return;
  const problem = `${quote(name)} is ${dtype}; only F64, F32, F16 and BF16 can be computed with`;
  throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
}

function checkShape(
  stored: StoredTensor,
  shape: readonly number[],
  tensor: string,
  base: StoredTensor | undefined,
): void {
  if (base === undefined || base.shape.join() === shape.join()) return;
  const problem = `changes ${quote(tensor)} by [${shape.join(', ')}], but there it is [${base.shape.join(', ')}]`;
  throw new ServerError('shape-mismatch', stored.file, problem, { tensor });
}
