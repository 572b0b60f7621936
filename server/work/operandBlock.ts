import type { FloatDType } from '#protocol/tensors.ts';
import type { Pointer } from '../kernels/kernels.ts';
import { readExactly } from './exactIo.ts';
import { headRow } from './headRow.ts';
import type { Operand } from './job.ts';
import { readShifted, readTurned } from './oddOperands.ts';
import { bytesAt, numbered, type Station } from './station.ts';
import { widenBlocks, widenBytes } from './widen.ts';
import { storedBytes, widths } from './widths.ts';

/** Consecutive values of an operand, in the order of the item, and where they go. */
export interface Values {
  readonly first: number;
  readonly count: number;
  readonly target: Pointer;
}

/** What the kernels see of an operand: what they do not read themselves is widened, exactly, as it is read. */
export function loadedAs({ dtype, layout }: Pick<Operand, 'dtype' | 'layout'>): FloatDType {
  if (layout?.kind === 'shifted') return 'F64';
  if (dtype === 'Q8_0') return 'F32';
  return dtype === 'F8_E4M3' || dtype === 'F8_E5M2' ? 'F16' : dtype;
}

/** Reads values of an operand as `loadedAs` says. Q8_0 is read by whole blocks: `first` and `count` are multiples of 32. */
export function readOperand(station: Station, operand: Operand, values: Values): void {
  const { layout } = operand;
  if (layout === undefined) readInOrder(station, operand, values);
  else if (layout.kind === 'rope') readRows(station, operand, { ...values, ...layout });
  else if (layout.kind === 'turned') readTurned(station, operand, { ...values, ...layout });
  else readShifted(station, operand, values);
}

function readInOrder(
  station: Station,
  { file, offset, dtype }: Operand,
  { first, count, target }: Values,
): void {
  const bytes = storedBytes(dtype, count);
  // What is widened is read into the end of its place, and widened from the front on.
  const at = target + count * widths[loadedAs({ dtype })] - bytes;
  const raw = bytesAt(station, at, bytes);
  readExactly(numbered(station.files.inputs, file), offset + storedBytes(dtype, first), raw);
  const { buffer } = station.memory;
  if (dtype === 'F8_E4M3' || dtype === 'F8_E5M2')
    widenBytes(dtype, raw, new Uint16Array(buffer, target, count));
  else if (dtype === 'Q8_0') widenBlocks(raw, new Float32Array(buffer, target, count));
}

interface RopeValues extends Values {
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
}

/** Row by row, each from where llama.cpp keeps it. */
function readRows(
  station: Station,
  operand: Operand,
  { first, count, target, columns, ...heads }: RopeValues,
): void {
  const width = widths[loadedAs(operand)];
  for (let done = 0; done < count;) {
    const row = Math.floor((first + done) / columns);
    const column = (first + done) % columns;
    const length = Math.min(columns - column, count - done);
    const from = headRow(row, heads) * columns + column;
    readInOrder(station, operand, { first: from, count: length, target: target + done * width });
    done += length;
  }
}
