import { useMemo } from 'preact/hooks';
import { t } from '../strings.ts';
import { nearestLine, type Plot, placeAt } from './plot.ts';

interface Props {
  readonly plot: Plot;
  readonly name: string;
  /** Of singular values, counted from 1. */
  readonly at: number;
  readonly count: number;
  readonly onPlace: (place: number) => void;
  /** The line that is told from the others. */
  readonly line: string | undefined;
  readonly onLine: (line: string | undefined) => void;
  /** Beside the place: what that line is there. */
  readonly lineText: string;
  /** What all lines are at a place, in words. */
  readonly valueText: (place: number) => string;
}

/** A figure with a cursor: the pointer moves it, and so do the arrow keys, page keys, Home and End. */
export function PlotFigure({ plot, name, at, count, onPlace, line, onLine, lineText, valueText }: Props) {
  const follow = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    if (!(currentTarget instanceof Element)) return;
    const { left, top } = currentTarget.getBoundingClientRect();
    const place = placeAt(plot, clientX - left, count);
    onPlace(place);
    onLine(nearestLine(plot, place, clientY - top));
  };
  const press = (event: KeyboardEvent) => {
    const to = moved(at, count, event.key);
    if (to === undefined) return;
    event.preventDefault();
    onPlace(Math.max(1, Math.min(count, to)));
  };
  const x = plot.xOf(at);
  const { inside } = plot;
  return (
    <figure class="plot" style={{ width: `${plot.width}px` }}>
      <figcaption>
        <span class="plot-name" title={name}>
          {name}
        </span>
        <span class="plot-place">
          {t('n = {0} of {1}', at, count)}
          {lineText !== '' && ` · ${lineText}`}
        </span>
      </figcaption>
      <div
        class="plot-area"
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-valuemin={1}
        aria-valuemax={count}
        aria-valuenow={at}
        aria-valuetext={valueText(at)}
        onKeyDown={press}
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => onLine(undefined)}
      >
        <svg
          width={plot.width}
          height={plot.height}
          viewBox={`0 0 ${plot.width} ${plot.height}`}
          aria-hidden="true"
        >
          <Axes plot={plot} />
          <Lines plot={plot} />
          <Highlight plot={plot} line={line} />
          <line class="plot-cursor" x1={x} x2={x} y1={inside.y} y2={inside.y + inside.height} />
        </svg>
      </div>
    </figure>
  );
}

function Axes({ plot: { inside, up, across, level, height } }: { readonly plot: Plot }) {
  const right = inside.x + inside.width;
  return (
    <g>
      {up.map(({ at, text }) => (
        <g key={text}>
          <line class="axis" x1={inside.x} x2={right} y1={at} y2={at} />
          <text x={inside.x - 6} y={at} dy="0.32em" text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {across.map(({ at, text }) => (
        <text key={text} x={at} y={height - 6} text-anchor="middle">
          {text}
        </text>
      ))}
      {level !== undefined && (
        <g>
          <line class="plot-level" x1={inside.x} x2={right} y1={level} y2={level} />
          <text x={right} y={level} dy="1.2em" text-anchor="end">
            {t('90 %')}
          </text>
        </g>
      )}
    </g>
  );
}

/** One line in the colour of text, over the others. */
function Highlight({ plot, line }: Pick<Props, 'plot' | 'line'>) {
  const found = plot.lines.find(({ key }) => key === line);
  if (found === undefined) return null;
  const points = found.points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ');
  return <polyline class="series-highlight" points={points} />;
}

/** Made anew only for another plot: a moving cursor redraws none of them. */
function Lines({ plot }: { readonly plot: Plot }) {
  return useMemo(
    () => (
      <g class={plot.lines.length > mostStrong ? 'plot-many' : ''}>
        {plot.lines.map(({ key, color, shade, points }) =>
          points.length === 1 ? (
            <circle
              key={key}
              class={`series-dot series-${color}`}
              cx={points[0]?.[0]}
              cy={points[0]?.[1]}
              r={3}
            />
          ) : (
            <polyline
              key={key}
              class={`series series-${color}`}
              style={{ '--shade': shade }}
              points={points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ')}
            />
          ),
        )}
        {plot.marks.map(({ key, color, at: [x, y] }) => (
          <circle key={key} class={`series-dot series-${color}`} cx={x} cy={y} r={3} />
        ))}
      </g>
    ),
    [plot],
  );
}

/** Of more, each is thin. */
const mostStrong = 12;

function moved(at: number, count: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return at + 1;
    case 'ArrowLeft':
    case 'ArrowDown':
      return at - 1;
    case 'PageUp':
      return at + 8;
    case 'PageDown':
      return at - 8;
    case 'Home':
      return 1;
    case 'End':
      return count;
    default:
      return undefined;
  }
}
