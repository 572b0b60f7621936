import { maximum } from './maximum.ts';

export interface Column {
  readonly heading: string;
  /** Default: left. */
  readonly align?: 'left' | 'right';
}

/** Columns two spaces apart under their headings; no line ends in spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, index) => maximum(lines.map((cells) => widthOf(cells[index] ?? ''))));
  return lines.map((cells) => line(columns, cells, widths)).join('\n');
}

/** The same as a Markdown table. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const headings = columns.map(({ heading }) => escaped(heading));
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  return [headings, rule, ...rows.map((cells) => cells.map(escaped))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function line(columns: readonly Column[], cells: readonly string[], widths: readonly number[]): string {
  const padded = columns.map(({ align }, index) => {
    const cell = cells[index] ?? '';
    const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
    return align === 'right' ? space + cell : cell + space;
  });
  return padded.join('  ').trimEnd();
}

const segmenter = new Intl.Segmenter();

/** In characters as people count them. */
function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...segmenter.segment(text)].length;
}

/** Names of tensors are data: nothing in them is Markdown. */
function escaped(cell: string): string {
  const special = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|[\\`*|<>[\]]/gu; // Inside a word, _ means nothing.
  return cell.replace(/\s+/g, ' ').replace(special, String.raw`\$&`);
}
