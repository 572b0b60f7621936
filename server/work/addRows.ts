import type { Target } from './addProduct.ts';
import { readExactly } from './exactIo.ts';
import type { RowsOperand } from './job.ts';
import type { Rows } from './rows.ts';
import { bytesAt, carve, numbered, type Station } from './station.ts';
import { rowsWithin } from './units.ts';
import { widths } from './widths.ts';

/** Values that pass through the scratch at once. */
const chunk = 2 ** 16;

/** Adds the rows of a term that lie in a unit's. Rows that follow one another are one run of values on both sides. */
export function addRows(
  station: Station,
  term: RowsOperand,
  { columns, target, ...unit }: Rows & Target,
): void {
  const { operand, scale } = term;
  const width = widths[operand.dtype];
  const file = numbered(station.files.inputs, operand.file);
  const pointer = carve(station.scratch)(chunk * 8);
  for (const { from, to, count } of rowsWithin(term, unit)) {
    for (let done = 0; done < count * columns; done += chunk) {
      station.check();
      const values = Math.min(chunk, count * columns - done);
      const position = operand.offset + (from * columns + done) * width;
      readExactly(file, position, bytesAt(station, pointer, values * width));
      const at = (to - unit.start) * columns + done;
      station.kernels.accumulate(operand.dtype, pointer, values, scale, target + at * 8);
    }
  }
}
