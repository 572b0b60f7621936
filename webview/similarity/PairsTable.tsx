import { significant } from '#protocol/figures.ts';
import type { SimilarityResult } from '#protocol/similarity.ts';
import { useMemo, useState } from 'preact/hooks';
import { type Sorting, type TableColumn, VirtualTable } from '../components/VirtualTable.tsx';
import { t } from '../strings.ts';
import { rankedPairs } from './pairs.ts';
import { type SliceChoice, sliceOf } from './slices.ts';
import { type PairRow, sortedPairs } from './sortedPairs.ts';

interface Props {
  readonly result: SimilarityResult;
  readonly slice: SliceChoice;
}

/** All pairs, the furthest from chance first. */
export function PairsTable({ result, slice }: Props) {
  const [sorting, setSorting] = useState<Sorting>();
  const rows = useMemo(() => rowsOf(result, slice), [result, slice]);
  const sorted = useMemo(() => sortedPairs(rows, sorting), [rows, sorting]);
  return (
    <VirtualTable
      label={t('Pairs')}
      rows={sorted}
      rowKey={({ a, b }) => `${a} ${b}`}
      columns={columns()}
      sorting={sorting}
      onSort={(key) => setSorting((before) => nextSorting(before, key))}
    />
  );
}

function rowsOf(result: SimilarityResult, slice: SliceChoice): readonly PairRow[] {
  return rankedPairs(sliceOf(result, slice), result.flags).map((pair, index) => ({
    ...pair,
    rank: index + 1,
    names: [result.names[pair.a] ?? '', result.names[pair.b] ?? ''],
  }));
}

/** Largest first, then smallest first, then the furthest from chance first. */
function nextSorting(before: Sorting | undefined, key: string): Sorting | undefined {
  if (before?.key !== key) return { key, isDescending: true };
  return before.isDescending ? { key, isDescending: false } : undefined;
}

function columns(): TableColumn<PairRow>[] {
  return [
    number('rank', '5ch', '#', t('By distance from chance'), ({ rank }) => String(rank)),
    name(0, 'A'),
    name(1, 'B'),
    number('z', '8ch', 'z', t('In standard deviations of the null'), ({ z }) => significant(z)),
    number('cosine', '10ch', t('Cosine'), t('Cosine'), ({ cosine }) => significant(cosine)),
    {
      key: 'flags',
      heading: t('Warnings'),
      width: 'minmax(20ch, 2fr)',
      isNumber: false,
      cell: ({ flags }) => {
        const text = flags.map(({ message }) => message).join(' ');
        return <span title={text}>{text}</span>;
      },
    },
  ];
}

/** So narrow where the panel is that z stands beside both names. */
function name(index: 0 | 1, heading: string): TableColumn<PairRow> {
  const cell = ({ names }: PairRow) => <span title={names[index]}>{names[index]}</span>;
  return { key: heading, heading, width: 'minmax(min(14ch, 20vw), 1fr)', isNumber: false, cell };
}

function number(
  key: string,
  width: string,
  heading: string,
  title: string,
  cell: (row: PairRow) => string,
): TableColumn<PairRow> {
  return { key, heading, title, width, isNumber: true, cell };
}
