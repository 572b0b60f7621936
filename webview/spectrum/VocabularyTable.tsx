import { significant } from '#protocol/figures.ts';
import type { VocabularyRow } from '#protocol/vocabulary.ts';
import { useMemo, useState } from 'preact/hooks';
import { type Sorting, type TableColumn, VirtualTable } from '../components/VirtualTable.tsx';
import { t } from '../strings.ts';
import { nextSorting, sorted } from './sorting.ts';
import { type TokenLine, tokenLines } from './tokenLines.ts';
import { filterRows, tokenText } from './vocabulary.ts';

interface Props {
  readonly rows: readonly VocabularyRow[];
  readonly filter: string;
}

/** All tokens that were read, those of w and the random ones. */
export function VocabularyTable({ rows, filter }: Props) {
  const [sorting, setSorting] = useState<Sorting>();
  const lines = useMemo(() => tokenLines(filterRows(rows, filter).rows), [rows, filter]);
  return (
    <VirtualTable
      label={t('Tokens')}
      rows={sorted(lines, sorting, valueOf)}
      rowKey={({ row, of, end, id }) => `${row.name} ${of} ${end} ${id}`}
      columns={columns()}
      sorting={sorting}
      onSort={(key) => setSorting((before) => nextSorting(before, key))}
    />
  );
}

function valueOf(line: TokenLine, key: string): number | string | null {
  switch (key) {
    case 'layer':
      return line.row.layer;
    case 'module':
      return line.row.module;
    case 'of':
      return ofText(line);
    case 'token':
      return tokenText(line);
    default:
      return line.score;
  }
}

function ofText({ of }: TokenLine): string {
  return of === 'direction' ? t('w') : t('random direction');
}

function columns(): TableColumn<TokenLine>[] {
  return [
    {
      key: 'layer',
      heading: t('Layer'),
      width: '7ch',
      isNumber: true,
      cell: ({ row }) => (row.layer === null ? '' : String(row.layer)),
    },
    {
      key: 'module',
      heading: t('Module'),
      width: 'minmax(14ch, 1fr)',
      isNumber: false,
      cell: ({ row }) => <span title={row.name}>{row.module}</span>,
    },
    { key: 'of', heading: t('Of'), width: '18ch', isNumber: false, cell: (line) => ofText(line) },
    {
      key: 'token',
      heading: t('Token'),
      width: 'minmax(14ch, 1fr)',
      isNumber: false,
      cell: (line) => <span class="token-text">{tokenText(line)}</span>,
    },
    {
      key: 'score',
      heading: t('Score'),
      title: t('In standard deviations over all tokens; below 0: suppressed'),
      width: '10ch',
      isNumber: true,
      cell: ({ score }) => significant(score),
    },
  ];
}
