import type { ExportChoice } from '../components/Footer.tsx';
import { toPng } from '../drawing/png.ts';
import { toSvg } from '../drawing/svg.ts';
import { t } from '../strings.ts';
import { readPalette } from '../theme.ts';
import { spectrumCsv } from './csv.ts';
import { toDrawing } from './drawing/drawing.ts';
import type { Picture } from './drawing/picture.ts';
import { svgForPaper } from './drawing/svgForPaper.ts';

export type ExportKind = 'csv' | 'svg' | 'column' | 'page' | 'png';

/** The files that can be made of spectra. */
export function exportChoices(): readonly ExportChoice<ExportKind>[] {
  return [
    { kind: 'csv', name: 'CSV', hint: t('Save all singular values that are shown with all digits') },
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

/** Pixels of a picture for screens. */
const width = 720;

/** What is shown, as a file; the name has its ending. */
export async function exported(
  kind: ExportKind,
  picture: Omit<Picture, 'palette' | 'width' | 'caption'>,
): Promise<{ readonly name: string; readonly content: string | Uint8Array }> {
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const onScreen = () =>
    toDrawing({ ...picture, palette: readPalette(document.documentElement), width, caption: [] });
  switch (kind) {
    case 'csv':
      return { name: 'spectrum.csv', content: spectrumCsv(picture.series) };
    case 'svg':
      return { name: 'spectrum.svg', content: toSvg(onScreen(), { fontFamily }) };
    case 'column':
      return { name: 'spectrum-84mm.svg', content: svgForPaper(picture, 84) };
    case 'page':
      return { name: 'spectrum-174mm.svg', content: svgForPaper(picture, 174) };
    case 'png':
      return { name: 'spectrum.png', content: await toPng(onScreen(), fontFamily) };
  }
}
