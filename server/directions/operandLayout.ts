import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { OperandLayout } from '../work/job.ts';

/** What the threads have to know of how a tensor's values lie; undefined where they lie in order. */
export function operandLayout({ layout, shape }: StoredTensor): OperandLayout | undefined {
  const [rows = 1, columns = 1] = shape;
  switch (layout?.kind) {
    case 'rope':
      return {
        kind: 'rope',
        heads: layout.heads,
        rows,
        columns: shape.slice(1).reduce((product, size) => product * size, 1),
      };
    case 'turned':
      return { kind: 'turned', rows, columns };
    case 'shifted':
      return { kind: 'shifted' };
    case 'scaled':
    case 'strided':
    case undefined:
      return undefined;
  }
}
