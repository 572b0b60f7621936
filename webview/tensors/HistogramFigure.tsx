import type { Histogram, ValueStatistics } from '#protocol/tensorView.ts';
import { grouped, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { SmallTable } from './SmallTable.tsx';
import { Toggle } from './Toggle.tsx';
import type { ChangeState, ViewState } from './viewState.ts';

interface Props {
  /** Null while they are awaited. */
  readonly values: ValueStatistics | null;
  readonly state: ViewState;
  readonly change: ChangeState;
}

/** How often which values occur. */
export function HistogramFigure({ values, state, change }: Props) {
  const histogram = values === null ? null : state.isWhole ? values.whole : (values.central ?? values.whole);
  if (values !== null && histogram === null) return null;
  const title = t('Histogram');
  return (
    <div class="figure-block">
      <div class="figure-options">
        <Toggle label={t('Log counts')} isOn={state.isLog} onChange={(isLog) => change({ isLog })} />
        <Toggle label={t('With outliers')} isOn={state.isWhole} onChange={(isWhole) => change({ isWhole })} />
      </div>
      {state.isTable && histogram !== null ? (
        <SmallTable title={title} headings={[t('From'), t('To'), t('Elements')]} rows={tableOf(histogram)} />
      ) : (
        <figure class="figure histogram" aria-label={title}>
          <figcaption>{captionOf(title, histogram, state)}</figcaption>
          <Bars histogram={histogram} isLog={state.isLog} />
        </figure>
      )}
    </div>
  );
}

const [width, height] = [400, 100];

function Bars({ histogram, isLog }: { readonly histogram: Histogram | null; readonly isLog: boolean }) {
  if (histogram === null) {
    return (
      <>
        <div class="histogram-bars hatched" />
        <div class="axis-ends" />
      </>
    );
  }
  const { counts, from, to } = histogram;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  const step = width / counts.length;
  const zero = from < 0 && to > 0 ? (-from / (to - from)) * 100 : null;
  return (
    <>
      <svg
        class="histogram-bars"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={spoken(histogram)}
      >
        {[...counts].map((count, index) => {
          const size = height * levelOf(count, most, isLog);
          return (
            <g key={index} class="histogram-bin">
              <rect class="histogram-hit" x={index * step} y={0} width={step} height={height} />
              <rect class="histogram-bar" x={index * step} y={height - size} width={step} height={size} />
              <title>{binText(histogram, index)}</title>
            </g>
          );
        })}
      </svg>
      <div class="axis-ends quiet" aria-hidden="true">
        <span>{significant(from)}</span>
        {zero !== null && zero > 18 && zero < 82 && (
          <span class="axis-zero" style={{ left: `${zero}%` }}>
            0
          </span>
        )}
        <span>{significant(to)}</span>
      </div>
    </>
  );
}

/** 0 … 1; with a logarithmic axis one element is a little more than none. */
function levelOf(count: number, most: number, isLog: boolean): number {
  if (count <= 0 || most <= 0) return 0;
  return isLog ? Math.log1p(count) / Math.log1p(most) : count / most;
}

function captionOf(title: string, histogram: Histogram | null, { isLog, isWhole }: ViewState): string {
  const parts = [title];
  if (isLog) parts.push(t('log axis'));
  if (!isWhole) parts.push(t('between the 0.1 % and 99.9 % quantiles'));
  const outside = histogram === null ? 0 : histogram.below + histogram.above;
  if (outside > 0) parts.push(t('{0} outside', grouped(Math.round(outside))));
  return parts.join(' · ');
}

function edge({ from, to, counts }: Histogram, index: number): number {
  return from + (index * (to - from)) / counts.length;
}

function binText(histogram: Histogram, index: number): string {
  const count = grouped(Math.round(histogram.counts[index] ?? 0));
  return t(
    '{0} … {1}: {2} elements',
    significant(edge(histogram, index)),
    significant(edge(histogram, index + 1)),
    count,
  );
}

function tableOf(histogram: Histogram): readonly (readonly string[])[] {
  return [...histogram.counts].map((count, index) => [
    significant(edge(histogram, index)),
    significant(edge(histogram, index + 1)),
    grouped(Math.round(count)),
  ]);
}

function spoken(histogram: Histogram): string {
  const most = histogram.counts.indexOf(Math.max(...histogram.counts));
  return t(
    'Values from {0} to {1}; most are between {2} and {3}',
    significant(histogram.from),
    significant(histogram.to),
    significant(edge(histogram, most)),
    significant(edge(histogram, most + 1)),
  );
}
