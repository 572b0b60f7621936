import type { ExportChoice } from '../components/Footer.tsx';
import { toPng } from '../drawing/png.ts';
import type { Drawing } from '../drawing/shapes.ts';
import { toSvg } from '../drawing/svg.ts';
import { t } from '../strings.ts';
import { paper, type Palette, readPalette } from '../theme.ts';

export type ExportKind = 'csv' | 'svg' | 'column' | 'page' | 'png';

/** The files that can be made of a page; `csv` says what the table has. */
export function exportChoices(csv: string): readonly ExportChoice<ExportKind>[] {
  return [
    { kind: 'csv', name: 'CSV', hint: csv },
    { kind: 'svg', name: 'SVG', hint: t('Save the picture in the colours of the theme') },
    {
      kind: 'column',
      name: t('SVG for paper, {0} mm', 84),
      hint: t('Save the picture for print: white, one column wide, with a caption'),
    },
    {
      kind: 'page',
      name: t('SVG for paper, {0} mm', 174),
      hint: t('Save the picture for print: white, two columns wide, with a caption'),
    },
    { kind: 'png', name: 'PNG', hint: t('Save the picture in pixels') },
  ];
}

/** How a picture is to be drawn, whatever it is of. */
export interface Frame {
  readonly palette: Palette;
  /** In pixels; heights follow from it. */
  readonly width: number;
  /** Under the picture; broken into lines as needed. */
  readonly caption: readonly string[];
}

interface Content {
  readonly csv: () => string;
  readonly draw: (frame: Frame) => Drawing;
  /** For print: what is shown, of how many, and against what. */
  readonly caption: () => readonly string[];
}

/** Pixels of a picture for screens. */
const width = 720;

/** What is shown, as a file of one of the kinds; `name` is without an ending. */
export async function filesOf(
  name: string,
  kind: ExportKind,
  content: Content,
): Promise<{ readonly name: string; readonly content: string | Uint8Array }> {
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const onScreen = () => content.draw({ palette: readPalette(document.documentElement), width, caption: [] });
  switch (kind) {
    case 'csv':
      return { name: `${name}.csv`, content: content.csv() };
    case 'svg':
      return { name: `${name}.svg`, content: toSvg(onScreen(), { fontFamily }) };
    case 'column':
      return { name: `${name}-84mm.svg`, content: svgForPaper(content, 84) };
    case 'page':
      return { name: `${name}-174mm.svg`, content: svgForPaper(content, 174) };
    case 'png':
      return { name: `${name}.png`, content: await toPng(onScreen(), fontFamily) };
  }
}

/** One and two columns of a journal in millimetres, and the same in points, so that letters have the sizes of print. */
const widths = { 84: 238, 174: 493 } as const;

/** For print: white, black text as text, and a caption. */
export function svgForPaper(
  { draw, caption }: Pick<Content, 'draw' | 'caption'>,
  millimetres: keyof typeof widths,
): string {
  const drawing = draw({ palette: paper, width: widths[millimetres], caption: caption() });
  return toSvg(drawing, { width: `${millimetres}mm`, fontFamily: 'Helvetica, Arial, sans-serif' });
}
