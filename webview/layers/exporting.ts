import type { TensorAnalysis } from '#protocol/results.ts';
import { readPalette } from '../theme.ts';
import { toCsv } from './csv.ts';
import { toDrawing } from './drawing/drawing.ts';
import type { Picture } from './drawing/picture.ts';
import { toPng } from '../drawing/png.ts';
import { toSvg } from '../drawing/svg.ts';
import { svgForPaper } from './drawing/svgForPaper.ts';

export type ExportKind = 'csv' | 'svg' | 'paper' | 'png';

export interface Exported {
  /** With its ending. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Pixels of a picture for screens. */
const width = 720;

/** What is shown, as a file. `tensors` in the order of the model. */
export async function exported(
  kind: ExportKind,
  picture: Omit<Picture, 'palette' | 'width' | 'caption'>,
  tensors: readonly TensorAnalysis[],
): Promise<Exported> {
  const stem = `${picture.title.replace(/\.steer\.ya?ml$/, '').replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')}-layers`;
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const onScreen = () =>
    toDrawing({ ...picture, palette: readPalette(document.documentElement), width, caption: [] });
  switch (kind) {
    case 'csv':
      return { name: `${stem}.csv`, content: toCsv(tensors) };
    case 'svg':
      return { name: `${stem}.svg`, content: toSvg(onScreen(), { fontFamily }) };
    case 'paper':
      return { name: `${stem}-paper.svg`, content: svgForPaper(picture) };
    case 'png':
      return { name: `${stem}.png`, content: await toPng(onScreen(), fontFamily) };
  }
}
