import { mix, toHex } from '../../color.ts';
import { t } from '../../strings.ts';
import { level } from '../colorScale.ts';
import type { Cell } from '../grid.ts';
import { groupName } from '../../moduleNames.ts';
import { shortModule } from '../names.ts';
import { readCell } from '../reading.ts';
import { label } from '../../drawing/label.ts';
import { itemAt, labels, margin, type Part, type Picture } from './picture.ts';
import type { Box, Shape } from '../../drawing/shapes.ts';

/** Layers × modules under their headings. */
export function heat(picture: Picture, top: number): Part {
  const { grid, palette, width } = picture;
  if (grid.layers.length === 0) return { shapes: [], bottom: top };
  const rowHeight = Math.max(4, Math.min(14, 560 / grid.layers.length));
  const every = labelEvery(grid.layers.length, rowHeight);
  const step = (width - 2 * margin - labels) / grid.columns.length;
  const first = top + 24;
  const rows = grid.layers.flatMap((cells, layer) => {
    const y = first + layer * rowHeight;
    const number =
      layer % every === 0
        ? [label(palette, margin + labels - 4, y + rowHeight / 2 + 3, String(layer), 'end')]
        : [];
    const height = rowHeight - Math.min(1, rowHeight / 8);
    const boxes = cells.map((cell, column) =>
      field(picture, cell, { x: margin + labels + column * step, y, width: step - 1, height }),
    );
    return [...number, ...boxes];
  });
  return {
    shapes: [...headings(picture, top, step), ...rows],
    bottom: first + grid.layers.length * rowHeight,
  };
}

/** Groups over modules, as in the panel: modules of two groups may have one name. */
function headings({ grid, palette }: Picture, top: number, step: number): Shape[] {
  const middle = (column: number) => margin + labels + column * step;
  const groups = [...Map.groupBy(grid.columns, ({ group }) => group)].map(([group, members]) => {
    const first = grid.columns.findIndex((column) => column.group === group);
    return label(palette, middle(first + members.length / 2), top + 8, groupName(group), 'middle');
  });
  const modules = grid.columns.map(({ module }, column) =>
    label(palette, middle(column + 0.5), top + 20, shortModule(module), 'middle'),
  );
  return [label(palette, margin + labels - 4, top + 20, t('layer'), 'end'), ...groups, ...modules];
}

/** What has no layer, in a row. */
export function apart(picture: Picture, top: number): Part {
  const { grid, palette } = picture;
  if (grid.apart.length === 0) return { shapes: [], bottom: top };
  const places = grid.apart.map((cell, index) => ({ cell, ...itemAt(index, 88, picture) }));
  const shapes = places.flatMap(({ cell, x, row }) => {
    const y = top + row * 18;
    const box = { x, y, width: 20, height: 14 };
    return [field(picture, cell, box), label(palette, x + 25, y + 10, groupName(cell.group))];
  });
  return { shapes, bottom: top + 14 + (places.at(-1)?.row ?? 0) * 18 };
}

/** One field; where there is no cell, w is zero. */
function field({ numbers, scale, palette }: Picture, cell: Cell | undefined, box: Box): Shape {
  const stroke = toHex(palette.border);
  const reading = cell === undefined ? { kind: 'known' as const, value: 0 } : readCell(cell, numbers);
  if (reading.kind !== 'known') return { kind: 'hatch', box, stroke };
  const fill = mix(palette.background, palette.accent, level(reading.value, scale));
  return { kind: 'box', box, fill: toHex(fill), stroke };
}

/** So that numbers of layers do not touch. */
function labelEvery(layers: number, rowHeight: number): number {
  return [1, 2, 4, 8, 16, 32].find((every) => every * rowHeight >= 12 || every > layers) ?? 64;
}
