import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import { type ExportKind, exportKinds } from './exporting.ts';

interface Props {
  readonly isTable: boolean;
  readonly onTable: () => void;
  readonly onExport: (kind: ExportKind) => void;
}

/** The table, and the ways out. */
export function Footer({ isTable, onTable, onExport }: Props) {
  return (
    <footer>
      <Button
        appearance="icon"
        label={isTable ? t('Show the picture (t)') : t('Show the table (t)')}
        onClick={onTable}
      >
        {isTable ? t('Picture') : t('Table')}
      </Button>
      <span class="footer-gap" />
      {exportKinds.map((kind) => (
        <Button key={kind} appearance="icon" label={exportHint(kind)} onClick={() => onExport(kind)}>
          {exportName(kind)}
        </Button>
      ))}
    </footer>
  );
}

function exportName(kind: ExportKind): string {
  return { csv: 'CSV', svg: 'SVG', paper: t('SVG for paper'), png: 'PNG' }[kind];
}

function exportHint(kind: ExportKind): string {
  switch (kind) {
    case 'csv':
      return t('Save all tensors with all digits');
    case 'svg':
      return t('Save the picture in the colours of the theme');
    case 'paper':
      return t('Save the picture for print: white, 174 mm wide, with a caption');
    case 'png':
      return t('Save the picture in pixels');
  }
}
