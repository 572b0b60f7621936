import { openFile } from '../bytes/fileSource.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { isJsonObject } from './jsonFile.ts';
import type { QuantizationFacts } from './quantization.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

interface Packed {
  readonly tensors: Tensors;
  readonly facts: QuantizationFacts;
  readonly signal: AbortSignal | undefined;
}

/** What quantised weights need besides themselves. */
const companion =
  /(?:\.(?:qzeros|scales|biases|g_idx|SCB|weight_format|input_scale|input_global_scale|weight_(?:scale(?:_inv|_2)?|zero_point|shape|g_idx|global_scale))|\.weight\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..+)|_scales)$/;

/**
 * The tensors of a quantised checkpoint by the names and shapes that they have in the loaded model: each packed weight
 * has a stand-in without values (`packed` says why), and what belongs to it is left out. Reads no weights; of
 * bitsandbytes' 4 bits it reads the shapes, which lie in the data.
 */
export async function withPackedWeights({ tensors, facts, signal }: Packed): Promise<Tensors> {
  const found = new Map<string, StoredTensor>();
  for (const tensor of tensors.values()) {
    if (companion.test(tensor.name)) continue;
    const weight = (await packedWeight(tensor, { tensors, facts, signal })) ?? tensor;
    found.set(weight.name, weight);
  }
  return found;
}

async function packedWeight(tensor: StoredTensor, packed: Packed): Promise<StoredTensor | undefined> {
  const logical = nameAndShape(tensor, packed) ?? (await fourBit(tensor, packed));
  if (logical === undefined) return undefined;
  return { ...tensor, ...logical, packed: packed.facts.description };
}

type Logical = Pick<StoredTensor, 'name' | 'shape'>;

/** Elements of a row of 32-bit words, of which each holds several. */
const wordBits = 32;

function nameAndShape({ name, shape, dtype }: StoredTensor, { tensors, facts }: Packed): Logical | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = shape;
  const module = name.replace(/\.(?:qweight|weight_packed|weight)$|_blocks$/, '');
  const weight = `${module}.weight`;
  const perWord = facts.bits === null ? 0 : wordBits / facts.bits;
  if (name.endsWith('.qweight')) {
    const shapes = facts.method === 'awq' ? [second * perWord, first] : [second, first * perWord];
    return { name: weight, shape: shapes };
  }
  if (name.endsWith('.weight_packed')) {
    return { name: weight, shape: [first, second * (dtype === 'U8' ? 2 : perWord)] };
  }
  // transformers unpacks [experts, out, in / 32, 16] of two values each, and exchanges the last two dimensions.
  if (name.endsWith('_blocks')) return { name: module, shape: [first, third * fourth * 2, second] };
  if (!name.endsWith('.weight')) return undefined;
  if (tensors.has(`${module}.scales`)) return { name, shape: [first, second * perWord] };
  const scales = ['SCB', 'weight_scale_inv', 'weight_scale'].map((scale) => `${module}.${scale}`);
  return scales.some((scale) => tensors.has(scale)) ? { name, shape } : undefined;
}

const state = '.quant_state.bitsandbytes__';
const longestState = 4096;

/** bitsandbytes writes the shape into a tensor of JSON beside the weight (`QuantState.as_dict`, 0.49). */
async function fourBit(
  { name, dtype }: StoredTensor,
  { tensors, signal }: Packed,
): Promise<Logical | undefined> {
  if (dtype !== 'U8' || !name.endsWith('.weight')) return undefined;
  const stored = ['nf4', 'fp4']
    .map((kind) => tensors.get(`${name}${state}${kind}`))
    .find((found) => found !== undefined);
  if (stored === undefined || stored.bytes > longestState) return undefined;
  await using source = await openFile(stored.file, signal);
  const shape = shapeIn(await source.read(stored.offset, stored.bytes, signal));
  return shape === undefined ? undefined : { name, shape };
}

function shapeIn(bytes: Uint8Array): readonly number[] | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const shape: unknown = isJsonObject(value) ? value['shape'] : undefined;
    return Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size))
      ? shape.map(Number)
      : undefined;
  } catch {
    return undefined; // Not what bitsandbytes writes: then the weight is what its own header says.
  }
}
