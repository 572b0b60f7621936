import { percent, significant } from '#protocol/figures.ts';
import { useMemo, useState } from 'preact/hooks';
import { type Sorting, type TableColumn, VirtualTable } from '../components/VirtualTable.tsx';
import { t } from '../strings.ts';
import { nextSorting, sorted } from './sorting.ts';
import type { Series } from './series.ts';

interface Value {
  readonly key: string;
  readonly line: string;
  readonly tensor: string;
  readonly place: number;
  readonly sigma: number;
  readonly energy: number | null;
}

/** All singular values that the figures have, line by line. */
export function SpectrumTable({ series }: { readonly series: readonly Series[] }) {
  const [sorting, setSorting] = useState<Sorting>();
  const values = useMemo(() => series.flatMap(valuesOf), [series]);
  return (
    <VirtualTable
      label={t('Singular values')}
      rows={sorted(values, sorting, (value, key) => (key === 'line' ? value.line : numberOf(value, key)))}
      rowKey={({ key }) => key}
      columns={columns()}
      sorting={sorting}
      onSort={(key) => setSorting((before) => nextSorting(before, key))}
    />
  );
}

function valuesOf({ key, name, place, row }: Series): readonly Value[] {
  return (row?.singularValues ?? []).map((sigma, index) => ({
    key: `${key} ${index}`,
    line: name,
    tensor: place.name,
    place: index + 1,
    sigma,
    energy: row?.energy?.[index] ?? null,
  }));
}

function numberOf({ place, sigma, energy }: Value, key: string): number | null {
  return key === 'place' ? place : key === 'sigma' ? sigma : energy;
}

function columns(): TableColumn<Value>[] {
  return [
    {
      key: 'line',
      heading: t('Line'),
      width: 'minmax(20ch, 1fr)',
      isNumber: false,
      cell: ({ line, tensor }) => <span title={tensor}>{line}</span>,
    },
    { key: 'place', heading: 'n', width: '6ch', isNumber: true, cell: ({ place }) => String(place) },
    {
      key: 'sigma',
      heading: 'σ',
      title: t('Singular value'),
      width: '10ch',
      isNumber: true,
      cell: ({ sigma }) => significant(sigma),
    },
    {
      key: 'energy',
      heading: t('Σσ² up to there'),
      title: t('Share of Σσ² up to there'),
      width: '18ch',
      isNumber: true,
      cell: ({ energy }) => percent(energy),
    },
  ];
}
