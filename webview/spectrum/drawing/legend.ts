import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Shape } from '../../drawing/shapes.ts';
import { shortened } from '../../drawing/wrapped.ts';
import { t } from '../../strings.ts';
import { factColumns } from '../facts.ts';
import { key } from './figure.ts';
import { margin, type Part, type Picture } from './picture.ts';

const line = 13;
/** Lines that are named one by one; of more only the first and the last. */
const mostNamed = 12;
/** Of a column of numbers. */
const column = 68;
/** The numbers that the figures do not show. */
const told = new Set(['stable', 'effective', 'rank']);
/** Narrower, there is room for names only. */
const leastForNumbers = 460;

/** Each line with its name, and where there is room what it comes to in numbers. */
export function legend({ series, palette, width }: Picture, top: number): Part {
  const named = series.length <= mostNamed ? series : [...series.slice(0, 1), ...series.slice(-1)];
  const columns = width < leastForNumbers ? [] : factColumns().filter(({ key }) => told.has(key));
  const start = width - margin - columns.length * column;
  const room = (columns.length === 0 ? width - margin : start) - margin - 24;
  const headings = columns.map(({ heading }, index) =>
    label(palette, start + (index + 1) * column, top + 8, heading, 'end'),
  );
  const first = columns.length === 0 ? top : top + line;
  const rows = named.flatMap((each, index): Shape[] => {
    const y = first + index * line;
    const { row } = each;
    const name = {
      ...label(palette, margin + 24, y + 8, shortened(each.name, room)),
      fill: toHex(palette.foreground),
    };
    const numbers =
      row === undefined
        ? []
        : columns.map(({ of }, at) => label(palette, start + (at + 1) * column, y + 8, of(row), 'end'));
    return [key(each, palette, [margin, y + 5]), name, ...numbers];
  });
  const bottom = first + named.length * line;
  if (named.length === series.length) return { shapes: [...headings, ...rows], bottom };
  const more = label(palette, margin + 24, bottom + 8, t('and {0} lines between them', series.length - 2));
  return { shapes: [...headings, ...rows, more], bottom: bottom + line };
}
