/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { decode } from '../tensors/decode.ts';
import { readExactly } from './exactIo.ts';
import type { Operand } from './job.ts';
import type { Values } from './operandBlock.ts';
import { float64At, numbered, type Station } from './station.ts';
import { widths } from './widths.ts';

interface TurnedValues extends Values {
  readonly rows: number;
  readonly columns: number;
}

/** Column by column, of each what lies in the rows that are wanted: small reads, for the small models that need them. */
export function readTurned(
  station: Station,
  { file, offset, dtype }: Operand,
  { first, count, target, rows, columns }: TurnedValues,
): void {
  if (dtype === 'Q8_0' || dtype === 'F8_E4M3' || dtype === 'F8_E5M2')
    throw new RangeError(`Turned values of ${dtype}.`);
  const width = widths[dtype];
  const start = Math.floor(first / columns);
  const end = Math.ceil((first + count) / columns);
  const raw = new Uint8Array((end - start) * width);
  const bytes = new Uint8Array(station.memory.buffer, target, count * width);
  for (let column = 0; column < columns; column++) {
    if ((column & 1023) === 0) station.check();
    readExactly(numbered(station.files.inputs, file), offset + (column * rows + start) * width, raw);
    for (let row = start; row < end; row++) {
      const index = row * columns + column - first;
      if (index < 0 || index >= count) continue;
      for (let byte = 0; byte < width; byte++)
        bytes[index * width + byte] = raw[(row - start) * width + byte]!;
    }
  }
}

/** Less the 1 that was added, in float64. */
export function readShifted(
  station: Station,
  { file, offset, dtype }: Operand,
  { first, count, target }: Values,
): void {
  if (dtype === 'Q8_0') throw new RangeError(`Shifted values of ${dtype}.`);
  const raw = new Uint8Array(count * widths[dtype]);
  readExactly(numbered(station.files.inputs, file), offset + first * widths[dtype], raw);
  float64At(station, target, count).set(decode(dtype, raw).map((value) => value - 1));
}
