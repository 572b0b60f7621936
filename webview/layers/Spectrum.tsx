import { significant } from '#protocol/figures.ts';
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { t } from '../strings.ts';

const width = 300;
const height = 108;
const inside = { left: 44, right: 8, top: 8, bottom: 20 };

interface Props {
  readonly values: readonly number[];
  /** Of a randomised spectrum, which has the leading values only: none is off by more. */
  readonly error: number | null;
}

/** Singular values in descending order, on a logarithmic axis that says so. Zeros are counted, not drawn. */
export function Spectrum({ values, error }: Props) {
  const drawn = values.filter((value) => value > 0);
  const [largest, smallest] = [drawn[0], drawn.at(-1)];
  if (largest === undefined || smallest === undefined)
    return <p class="quiet">{t('All singular values are 0.')}</p>;
  const x = scaleLinear([1, Math.max(2, values.length)], [inside.left + 6, width - inside.right - 4]);
  const y = scaleLog(roomy(smallest, largest), [height - inside.bottom, inside.top]);
  const path = line<number>(
    (_, index) => x(index + 1),
    (value) => y(value),
  )(drawn);
  const zeros = values.length - drawn.length;
  return (
    <figure class="spectrum">
      <figcaption>
        {error === null
          ? t('Singular values (log axis)')
          : t('Leading {0} singular values, each ±{1} (log axis)', values.length, significant(error))}
        {zeros > 0 && ` · ${t('{0} are 0', zeros)}`}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={spoken(values)}>
        {ticksOf(y.domain()).map((tick) => (
          <g key={tick}>
            <line class="axis" x1={inside.left} x2={width - inside.right} y1={y(tick)} y2={y(tick)} />
            <text x={inside.left - 6} y={y(tick)} dy="0.32em" text-anchor="end">
              {significantTick(tick)}
            </text>
          </g>
        ))}
        <path class="spectrum-line" d={path ?? ''} />
        {drawn.map((value, index) => (
          <circle
            class="spectrum-dot"
            key={index}
            cx={x(index + 1)}
            cy={y(value)}
            r={drawn.length > 48 ? 1.5 : 2.5}
          >
            <title>{`σ${subscript(index + 1)} = ${significant(value)}`}</title>
          </circle>
        ))}
        <text x={x(1)} y={height - 4} text-anchor="middle">
          1
        </text>
        <text x={x(values.length)} y={height - 4} text-anchor="middle">
          {values.length}
        </text>
      </svg>
    </figure>
  );
}

/** A little beyond both ends, and never nothing. */
function roomy(smallest: number, largest: number): [number, number] {
  return [smallest / 1.25, largest * 1.25];
}

/** Powers of ten, or the ends where there are not two of them. */
function ticksOf([low = 1, high = 10]: readonly number[]): number[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  if (last <= first) return [low * 1.25, high / 1.25];
  const every = Math.ceil((last - first) / 4);
  return Array.from(
    { length: Math.floor((last - first) / every) + 1 },
    (_, index) => 10 ** (last - index * every),
  );
}

function significantTick(tick: number): string {
  const power = Math.log10(tick);
  if (!Number.isInteger(Number(power.toFixed(9)))) return significant(tick);
  return power >= -3 && power <= 3
    ? String(Number(tick.toPrecision(1)))
    : `1e${String(Math.round(power)).replace('-', '−')}`;
}

function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

function spoken(values: readonly number[]): string {
  return t(
    '{0} singular values, from {1} to {2}',
    values.length,
    significant(values[0] ?? null),
    significant(values.at(-1) ?? null),
  );
}
