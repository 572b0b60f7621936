import type { ExportChoice } from '../components/Footer.tsx';
import { t } from '../strings.ts';
import type { ExportKind } from './exporting.ts';

/** The files that can be made of layers. */
export function exportChoices(): readonly ExportChoice<ExportKind>[] {
  return [
    { kind: 'csv', name: 'CSV', hint: t('Save all tensors with all digits') },
    { kind: 'svg', name: 'SVG', hint: t('Save the picture in the colours of the theme') },
    {
      kind: 'paper',
      name: t('SVG for paper'),
      hint: t('Save the picture for print: white, 174 mm wide, with a caption'),
    },
    { kind: 'png', name: 'PNG', hint: t('Save the picture in pixels') },
  ];
}
