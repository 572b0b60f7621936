import type { AxisNorms } from '#protocol/tensorView.ts';
import { grouped, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { SmallTable } from './SmallTable.tsx';

interface Props {
  readonly title: string;
  /** Null while they are awaited. */
  readonly axis: AxisNorms | null;
  readonly isTable: boolean;
}

const [width, height] = [400, 48];

/** Norms along an axis: the line is their root mean square, the shade above it reaches to the largest. */
export function NormsFigure({ title, axis, isTable }: Props) {
  if (axis !== null && isTable) {
    const headings = [t('From'), t('Norm'), t('Largest')];
    return <SmallTable title={title} headings={headings} rows={rowsOf(axis)} />;
  }
  const top = axis === null ? 0 : axis.largest.reduce((most, norm) => (norm > most ? norm : most), 0);
  return (
    <figure class="figure norms" aria-label={title}>
      <figcaption>
        {title}
        {axis !== null && axis.perBin > 1 && ` · ${t('{0} in each bin', grouped(axis.perBin))}`}
      </figcaption>
      {axis === null ? (
        <div class="norms-line hatched" />
      ) : (
        <svg
          class="norms-line"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('{0}, up to {1}', title, significant(top))}
        >
          <path class="norms-shade" d={areaOf(axis.largest, top)} />
          <path class="norms-stroke" d={lineOf(axis.norms, top)} vector-effect="non-scaling-stroke" />
        </svg>
      )}
      <div class="axis-ends quiet" aria-hidden="true">
        <span>0</span>
        <span>{axis === null ? '' : t('up to {0}', significant(top))}</span>
        <span>{axis === null ? '' : grouped(axis.count - 1)}</span>
      </div>
    </figure>
  );
}

function pointsOf(norms: Float64Array, top: number): readonly string[] {
  const step = width / norms.length;
  return [...norms].flatMap((norm, index) => {
    if (!Number.isFinite(norm) || top === 0) return [];
    const y = (height - (height - 1) * (norm / top)).toFixed(2);
    return [`${(index * step).toFixed(2)},${y}`, `${((index + 1) * step).toFixed(2)},${y}`];
  });
}

function lineOf(norms: Float64Array, top: number): string {
  const points = pointsOf(norms, top);
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function areaOf(norms: Float64Array, top: number): string {
  const points = pointsOf(norms, top);
  return points.length === 0 ? '' : `M0,${height}L${points.join('L')}L${width},${height}Z`;
}

function rowsOf({ norms, largest, perBin }: AxisNorms): readonly (readonly string[])[] {
  return [...norms].map((norm, index) => [
    grouped(index * perBin),
    significant(norm),
    significant(largest[index] ?? null),
  ]);
}
