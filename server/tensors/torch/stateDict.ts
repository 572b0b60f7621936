import { ServerError } from '../../errors.ts';
import { quote } from '../jsonScanner.ts';
import { kindOfValue, type PickleDict, type PickleTensor, type PickleValue } from '../pickle/pickleValue.ts';

/**
 * The tensors by name of what `torch.save` was given: a dictionary of tensors, or one that holds exactly one such
 * dictionary (`{"state_dict": …}`, `{"model": …, "epoch": 3}`). What else is in it is left out. `invalid-pickle` where
 * there is none, or where it is not clear which.
 */
export function stateDict(value: PickleValue, file: string): ReadonlyMap<string, PickleTensor> {
  if (!isDict(value)) throw refuse(file, `holds ${kindOfValue(value)} where a dictionary of tensors is due`);
  const own = tensorsOf(value);
  if (own.size > 0) return own;
  const inner = [...value.entries].flatMap(([key, each]) => {
    const tensors = isDict(each) ? tensorsOf(each) : new Map<string, PickleTensor>();
    return tensors.size > 0 ? [{ key, tensors }] : [];
  });
  const [only, ...others] = inner;
  if (only !== undefined && others.length === 0) return only.tensors;
  if (only === undefined) throw refuse(file, 'holds no dictionary of tensors');
  const names = inner.map(({ key }) => quote(String(key))).slice(0, 5);
  throw refuse(
    file,
    `holds ${inner.length} dictionaries of tensors (${names.join(', ')}); save one of them by itself`,
  );
}

function tensorsOf({ entries }: PickleDict): ReadonlyMap<string, PickleTensor> {
  const tensors = new Map<string, PickleTensor>();
  for (const [key, value] of entries) {
    if (typeof key === 'string' && isTensor(value)) tensors.set(key, value);
  }
  return tensors;
}

function isDict(value: PickleValue): value is PickleDict {
  return typeof value === 'object' && value !== null && value.kind === 'dict';
}

function isTensor(value: PickleValue): value is PickleTensor {
  return typeof value === 'object' && value !== null && value.kind === 'tensor';
}

function refuse(file: string, problem: string): ServerError {
  return new ServerError('invalid-pickle', file, problem);
}
