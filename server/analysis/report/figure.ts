import { markup, type Html } from './html.ts';

/** Pixels of a chart that is as wide as the page. */
export const chartWidth = 720;

export interface Column {
  readonly heading: string;
  /** Numbers are aligned to the right. */
  readonly isNumber?: boolean;
}

export interface Figure {
  readonly number: number;
  readonly title: string;
  /** What there is to be seen, for those who cannot see it. */
  readonly description: string;
  readonly height: number;
  readonly shapes: readonly Html[];
  readonly caption: Html;
  readonly table: Html;
}

/** A chart with its caption, and the table that has the same numbers. */
export function figure({ number, title, description, height, shapes, caption, table }: Figure): Html {
  const id = `figure-${number}`;
  return markup`<figure id="${id}">
    <div class="chart">
      <svg
        viewBox="0 0 ${chartWidth} ${Math.ceil(height)}"
        role="img"
        aria-labelledby="${id}-title ${id}-description"
      >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-description">${description}</desc>
        ${shapes}
      </svg>
    </div>
    <figcaption><b>Figure ${number}.</b> ${caption}</figcaption>
    <details>
      <summary>The numbers of figure ${number}</summary>
      ${table}
    </details>
  </figure>`;
}

/** Rows of texts; the first column names the row. */
export function table(columns: readonly Column[], rows: readonly (readonly (string | Html)[])[]): Html {
  const headings = columns.map(({ heading, isNumber }) =>
    isNumber === true
      ? markup`<th scope="col" class="number">${heading}</th>`
      : markup`<th scope="col">${heading}</th>`,
  );
  const lines = rows.map(
    (row) =>
      markup`<tr>
        ${row.map((cell, index) => tableCell(cell, columns[index]))}
      </tr>`,
  );
  return markup`<div class="table">
    <table>
      <thead>
        <tr>
          ${headings}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

function tableCell(cell: string | Html, column: Column | undefined): Html {
  return column?.isNumber === true ? markup`<td class="number">${cell}</td>` : markup`<td>${cell}</td>`;
}

/** A text of a chart; `y` is that of the baseline. */
export function label(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): Html {
  return markup`<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`;
}

export function round(value: number): number {
  return Number(value.toFixed(2));
}

/** A name in so many letters, its middle left out if it must be, since names differ at their ends. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const start = Math.ceil((most - 1) / 2);
  return `${name.slice(0, start)}…${name.slice(name.length - (most - 1 - start))}`;
}

/** Every so many of them have a label, so that labels do not touch. */
export function labelEvery(count: number, pixels: number, apart: number): number {
  return (
    [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100].find((every) => every * pixels >= apart || every > count) ??
    200
  );
}
