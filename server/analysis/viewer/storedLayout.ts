import type { Warning } from '#protocol/failure.ts';
import { quote } from '../../tensors/jsonScanner.ts';
import { type Layout, packedProblem, type StoredTensor } from '../../tensors/storedTensor.ts';

/** Whether the stored bytes are the tensor's elements, row by row, whatever they mean. */
export function liesRowByRow({ layout }: StoredTensor): boolean {
  return layout?.kind !== 'strided' && layout?.kind !== 'turned';
}

/** That what is shown are stored values, where these are not the tensor's. */
export function storedOtherwise({ name, file, packed, layout }: StoredTensor): readonly Warning[] {
  const what = packed === undefined ? layout && difference(layout) : packedProblem(packed);
  if (what === undefined) return [];
  const message = `What is shown of "${name}" is what is stored: the tensor ${what}.`;
  return [{ code: 'stored-otherwise', message, file, tensor: name }];
}

function difference(layout: Layout): string {
  switch (layout.kind) {
    case 'scaled':
      return `is quantised, and its values are to be multiplied by ${quote(layout.by)}`;
    case 'strided':
      return 'is a view, whose values do not lie row by row';
    case 'rope':
      return 'has the rows of each head in the order of llama.cpp';
    case 'turned':
      return 'is stored with its two axes exchanged';
    case 'shifted':
      return 'is stored with 1 added to each value';
  }
}
