import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { AnalysisRollups, Rollup } from '#protocol/rollups.ts';
import { counted, percent, significant } from '../numbers.ts';
import { contrastLines } from './contrastLines.ts';
import { enoughFor } from '#protocol/enoughFor.ts';
import { jointNorm } from './jointNorm.ts';
import { layerBars } from './layerBars.ts';
import { reductionLines } from './reductionLines.ts';
import { type Column, table } from './table.ts';

/** Shown of the tensors that move most. */
const most = 10;

/** An analysis for people: layers as bars, what modules and embeddings have of it, and the tensors that move most. */
export function analyzeText(result: AnalyzeResult): string {
  const { name, norm, layers, tensors, rollups } = result;
  const { share } = jointNorm(tensors);
  const relation = share === null ? '' : ` (${percent(share)} of the base there)`;
  const heading = `${name}: ‖w‖ ${significant(norm)}${relation}, ${counted(tensors.length, 'tensor')} in ${counted(layers, 'layer')}`;
  const reduced = reductionLines(result);
  if (tensors.length === 0) return [heading, ...reduced].join('\n');
  const size = share === null ? norms : relativeNorms;
  const largest = tensors.toSorted((a, b) => size(b) - size(a)).slice(0, most);
  const rest =
    tensors.length > most
      ? [`The ${most} that move most of ${tensors.length}; --json and --csv have all.`]
      : [];
  const parts = rollupRows(rollups);
  return [
    heading,
    ...reduced,
    '',
    layerBars(tensors),
    ...(parts.length < 2 ? [] : ['', table(partColumns, parts)]),
    '',
    table(columns, largest.map(cells)),
    ...rest,
    ...contrastLines(result).flatMap((line) => ['', line]),
  ].join('\n');
}

/** The whole and its parts, where there is more than one. */
function rollupRows({
  all,
  body,
  embeddings,
  head,
  modules,
}: AnalysisRollups): readonly (readonly string[])[] {
  const named = [
    ['without embeddings and head', body],
    ['embeddings', embeddings],
    ['head', head],
  ] as const;
  const outside =
    embeddings.tensors + head.tensors === 0 ? [] : named.filter(([, { tensors }]) => tensors > 0);
  const inside = modules.filter(({ tensors }) => tensors > 0).map((one) => [one.module, one] as const);
  const rows = [...outside, ...(inside.length < 2 ? [] : inside)];
  return rows.length === 0
    ? []
    : [['all', all] as const, ...rows].map(([label, rollup]) => partCells(label, rollup));
}

const partColumns: readonly Column[] = [
  { heading: 'part' },
  { heading: 'tensors', align: 'right' },
  { heading: 'norm', align: 'right' },
  { heading: 'of the base', align: 'right' },
  { heading: 'of ‖w‖²', align: 'right' },
];

function partCells(label: string, { tensors, norm, relativeNorm, share }: Rollup): readonly string[] {
  return [label, String(tensors), significant(norm), percent(relativeNorm), percent(share)];
}

function norms({ norm }: TensorAnalysis): number {
  return norm ?? 0;
}

function relativeNorms({ relativeNorm }: TensorAnalysis): number {
  return relativeNorm ?? 0;
}

const columns: readonly Column[] = [
  { heading: 'tensor' },
  { heading: 'norm', align: 'right' },
  { heading: 'of the base', align: 'right' },
  { heading: 'of ‖w‖²', align: 'right' },
  { heading: 'rank', align: 'right' },
  { heading: 'stable', align: 'right' },
  { heading: 'effective', align: 'right' },
  { heading: 'for 90 %', align: 'right' },
];

function cells(tensor: TensorAnalysis): readonly string[] {
  const { name, norm, relativeNorm, share, rank, stableRank, effectiveRank, energy } = tensor;
  const sizes = [significant(norm), percent(relativeNorm), percent(share)];
  const enough = enoughFor(energy, 0.9);
  const ranks = [rank === null ? 'full' : String(rank), significant(stableRank), significant(effectiveRank)];
  return [name, ...sizes, ...ranks, enough === null ? significant(null) : String(enough)];
}
