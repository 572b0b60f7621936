import { t } from '../strings.ts';
import { Button } from './controls.ts';

/** A file that can be made of what is shown. */
export interface ExportChoice<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly hint: string;
}

interface Props<Kind extends string> {
  readonly isTable: boolean;
  readonly onTable: () => void;
  readonly exports: readonly ExportChoice<Kind>[];
  readonly onExport: (kind: Kind) => void;
}

/** The table, and the ways out. */
export function Footer<Kind extends string>({ isTable, onTable, exports, onExport }: Props<Kind>) {
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
      {exports.map(({ kind, name, hint }) => (
        <Button key={kind} appearance="icon" label={hint} onClick={() => onExport(kind)}>
          {name}
        </Button>
      ))}
    </footer>
  );
}
