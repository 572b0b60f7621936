import { grouped } from '../../numbers.ts';
import { elementCount } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

export interface HeaderFacts {
  readonly kind: string;
  readonly format: string;
  readonly metadata: readonly (readonly [key: string, value: string])[];
  readonly tensors: readonly StoredTensor[];
}

/** Columns do not depend on the longest name, so that a new tensor changes no line but its own. */
const widths = { name: 56, dtype: 8, shape: 20 } as const;

/**
 * One line a tensor (name, dtype, shape, bytes), sorted naturally by name under lines of facts: the same for the same
 * headers wherever the files are, so that two versions can be compared line by line.
 */
export function headerText({ kind, format, metadata, tensors }: HeaderFacts): string {
  const parameters = tensors.reduce((sum, { shape }) => sum + (elementCount(shape) ?? 0), 0);
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const facts = [
    ['kind', kind],
    ['format', format],
    ['tensors', grouped(tensors.length)],
    ['parameters', grouped(parameters)],
    ['bytes', grouped(bytes)],
    ...metadata.map(([key, value]) => [`metadata ${shown(key)}`, shown(value)] as const),
  ] as const;
  const order = new Intl.Collator('en', { numeric: true });
  const lines = tensors
    .toSorted((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1))
    .map(line);
  return [...facts.map(([key, value]) => `# ${key}: ${value}`), '', ...lines, ''].join('\n');
}

function line({ name, dtype, shape, bytes }: StoredTensor): string {
  const sizes = `[${shape.join(', ')}]`;
  const padded = [shown(name).padEnd(widths.name), dtype.padEnd(widths.dtype), sizes.padEnd(widths.shape)];
  return [...padded, grouped(bytes).padStart(14)].join('  ');
}

/** Names are data: one that would not stay on its line, or begins like a fact, is quoted. */
function shown(text: string): string {
  return /[\s\p{Cc}\u2028\u2029]|^["#]|^$/u.test(text) ? JSON.stringify(text) : text;
}
