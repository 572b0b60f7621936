import type { ExportChoice } from '../components/Footer.tsx';
import { t } from '../strings.ts';
import type { ExportKind } from './exporting.ts';

/** The files that can be made of layers. */
export function exportChoices(): readonly ExportChoice<ExportKind>[] {
  return [
    { kind: 'csv', name: 'CSV', hint: t('Save all tensors with all digits') },
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
