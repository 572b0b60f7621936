import type { DType } from '#protocol/tensors.ts';
import { quote } from '../jsonScanner.ts';
import {
  kindOfValue,
  type PickleGlobal,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  type PickleWorld,
} from '../pickle/pickleValue.ts';
import type { Refuse } from '../pickle/pickleBytes.ts';

/** Storage classes with a dtype of their own (torch/storage.py). */
const storages: ReadonlyMap<string, DType> = new Map(
  Object.entries({
    DoubleStorage: 'F64',
    FloatStorage: 'F32',
    HalfStorage: 'F16',
    BFloat16Storage: 'BF16',
    LongStorage: 'I64',
    IntStorage: 'I32',
    ShortStorage: 'I16',
    CharStorage: 'I8',
    ByteStorage: 'U8',
    BoolStorage: 'BOOL',
    ComplexFloatStorage: 'C64',
  } satisfies Record<string, DType>).map(([name, dtype]) => [`torch.${name}`, dtype]),
);

/** Dtypes by torch's names: newer ones have no storage class, and go with the tensor. */
const dtypes: ReadonlyMap<string, DType> = new Map(
  Object.entries({
    float64: 'F64',
    float32: 'F32',
    float16: 'F16',
    bfloat16: 'BF16',
    int64: 'I64',
    int32: 'I32',
    int16: 'I16',
    int8: 'I8',
    uint64: 'U64',
    uint32: 'U32',
    uint16: 'U16',
    uint8: 'U8',
    bool: 'BOOL',
    complex64: 'C64',
    float8_e4m3fn: 'F8_E4M3',
    float8_e5m2: 'F8_E5M2',
    float8_e4m3fnuz: 'F8_E4M3FNUZ',
    float8_e5m2fnuz: 'F8_E5M2FNUZ',
    float8_e8m0fnu: 'F8_E8M0',
  } satisfies Record<string, DType>).map(([name, dtype]) => [`torch.${name}`, dtype]),
);

const untyped = 'torch.storage.UntypedStorage';

type Builder = (args: readonly PickleValue[], refuse: Refuse) => PickleValue;

/** Everything that may be called, all of it from torch/_utils.py and the standard library; each only describes. */
const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['collections.OrderedDict', orderedDict],
  ['torch._utils._rebuild_tensor', (args, refuse) => tensor(args, refuse)],
  ['torch._utils._rebuild_tensor_v2', (args, refuse) => tensor(refuseBits(args, 6, refuse), refuse)],
  ['torch._utils._rebuild_tensor_v3', (args, refuse) => typedTensor(refuseBits(args, 7, refuse), refuse)],
  ['torch._utils._rebuild_parameter', parameter],
  ['torch._utils._rebuild_parameter_with_state', parameter],
  ['torch.Size', ([size], refuse) => ({ kind: 'tuple', items: [...sizes(size, refuse)] })],
]);

/**
 * What a pickle that `torch.save` wrote may refer to. A name that is not known here is refused with `unsafe`, whatever
 * it is; a wrong argument with `refuse`.
 */
export function torchWorld(refuse: Refuse, unsafe: Refuse): PickleWorld {
  return {
    find: (module, name) => {
      const full = `${module}.${name}`;
      if (builders.has(full) || storages.has(full) || dtypes.has(full) || full === untyped) {
        return { kind: 'global', name: full };
      }
      throw unsafe(`asks for ${quote(full)}, which no tensor needs; it was not run`);
    },
    call: ({ name }, args) => {
      const builder = builders.get(name);
      if (builder === undefined) throw unsafe(`calls ${quote(name)}, which no tensor needs; it was not run`);
      return builder(args, refuse);
    },
    load: (id) => storage(id, refuse),
  };
}

function orderedDict(args: readonly PickleValue[], refuse: Refuse): PickleValue {
  if (args.length === 0) return { kind: 'dict', entries: new Map() };
  throw refuse(`makes an ordered dictionary from ${args.length} arguments`);
}

/** `('storage', storage class, key, device, number of elements)` */
function storage(id: PickleValue, refuse: Refuse): PickleStorage {
  const [mark, type, key] = isKind(id, 'tuple') ? id.items : [];
  if (mark !== 'storage' || !isKind(type, 'global') || typeof key !== 'string') {
    throw refuse('refers to something outside of itself that is no storage');
  }
  const dtype = storages.get(type.name);
  if (dtype === undefined && type.name !== untyped)
    throw refuse(`has a storage of the type ${quote(type.name)}`);
  return { kind: 'storage', key, dtype };
}

/** `(storage, offset, size, stride, …)` */
function tensor([of, ...place]: readonly PickleValue[], refuse: Refuse, typed?: DType): PickleTensor {
  if (!isKind(of, 'storage')) throw refuse(`makes a tensor of ${described(of)}`);
  const dtype = typed ?? of.dtype;
  if (dtype === undefined) throw refuse('makes a tensor without a dtype');
  const [offset, size, stride] = place;
  const [shape, strides] = [sizes(size, refuse), sizes(stride, refuse)];
  if (shape.length !== strides.length) {
    throw refuse(`has a tensor with ${shape.length} dimensions and ${strides.length} strides`);
  }
  return { kind: 'tensor', storage: of, dtype, offset: whole(offset, refuse), shape, strides };
}

/** `(storage, offset, size, stride, requires_grad, hooks, dtype)` */
function typedTensor(args: readonly PickleValue[], refuse: Refuse): PickleTensor {
  const named = args[6];
  const dtype = isKind(named, 'global') ? dtypes.get(named.name) : undefined;
  if (dtype === undefined) throw refuse(`has a tensor whose dtype is ${described(named)}`);
  return tensor(args, refuse, dtype);
}

/** The last argument, where there is one: bits that say that the values are to be conjugated or negated. */
function refuseBits(args: readonly PickleValue[], at: number, refuse: Refuse): readonly PickleValue[] {
  const bits = args[at];
  if (bits === undefined || bits === null || (isKind(bits, 'dict') && bits.entries.size === 0)) return args;
  throw refuse('has a tensor that is kept conjugated or negated');
}

function parameter([value]: readonly PickleValue[], refuse: Refuse): PickleValue {
  if (isKind(value, 'tensor')) return value;
  throw refuse(`makes a parameter of ${described(value)}`);
}

/** More than torch allows. */
const mostDimensions = 64;

function sizes(value: PickleValue | undefined, refuse: Refuse): readonly number[] {
  if (!isKind(value, 'tuple') || value.items.length > mostDimensions) {
    throw refuse(`has ${described(value)} where the sizes of a tensor are due`);
  }
  return value.items.map((size) => whole(size, refuse));
}

function whole(value: PickleValue | undefined, refuse: Refuse): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const found = typeof value === 'number' || typeof value === 'bigint' ? String(value) : described(value);
  throw refuse(`has ${found} where a size or place is due`);
}

function described(value: PickleValue | undefined): string {
  return value === undefined ? 'nothing' : kindOfValue(value);
}

interface Kinds {
  readonly tuple: Extract<PickleValue, { readonly kind: 'tuple' | 'list' }>;
  readonly dict: Extract<PickleValue, { readonly kind: 'dict' }>;
  readonly global: PickleGlobal;
  readonly storage: PickleStorage;
  readonly tensor: PickleTensor;
}

function isKind<K extends keyof Kinds>(value: PickleValue | undefined, kind: K): value is Kinds[K] {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
