import { percent } from '#protocol/figures.ts';
import { useRef, useState } from 'preact/hooks';
import { t } from '../strings.ts';
import { type Stack, stacked } from './layerStacks.ts';
import type { Metric } from './metrics.ts';
import { groupName } from '../moduleNames.ts';
import { metricName } from './names.ts';
import { readingText, spokenReading, valueText } from './reading.ts';
import type { Range } from './viewState.ts';

interface Props {
  readonly stacks: readonly Stack[];
  readonly metric: Metric;
  /** Undefined: all. */
  readonly range: Range | undefined;
  readonly onRange: (range: Range | undefined) => void;
}

/** One bar a layer, stacked by group. Drag over some, or hold Shift and use the arrows, to see only those. */
export function LayerBars({ stacks, metric, range, onRange }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const anchor = useRef<number | undefined>(undefined);
  const top = stacks.reduce(
    (most, { reading }) => Math.max(most, reading.kind === 'known' ? reading.value : 0),
    0,
  );
  const layerAt = ({ clientX }: PointerEvent) => {
    const box = element.current?.getBoundingClientRect();
    if (box === undefined) return 0;
    return bounded(Math.floor(((clientX - box.left) / box.width) * stacks.length), stacks.length);
  };
  const drag = (event: PointerEvent) => {
    if (anchor.current !== undefined) onRange(ordered(anchor.current, layerAt(event)));
  };
  const begin = (event: PointerEvent) => {
    const layer = layerAt(event);
    anchor.current = layer;
    setActive(layer);
    element.current?.setPointerCapture(event.pointerId);
    onRange(range?.first === layer && range.last === layer ? undefined : { first: layer, last: layer });
  };
  const press = (event: KeyboardEvent) => {
    const to = movedTo(active, event.key, stacks.length);
    if (to !== undefined) {
      setActive(to);
      if (event.shiftKey) onRange(ordered((anchor.current ??= active), to));
      else anchor.current = undefined;
    } else if (event.key === 'Enter' || event.key === ' ') onRange({ first: active, last: active });
    else return;
    event.preventDefault();
  };
  return (
    <div class="bars-frame" style={{ '--layers': stacks.length }}>
      <span class="bars-axis" aria-hidden="true">
        <span>{top > 0 ? valueText(top, metric) : ''}</span>
        <span>0</span>
      </span>
      <div
        ref={element}
        class="bars hatched"
        role="listbox"
        aria-multiselectable="true"
        aria-label={t('{0} per layer', metricName(metric))}
        aria-activedescendant={`layer-${active}`}
        tabIndex={0}
        onPointerDown={begin}
        onPointerMove={drag}
        onPointerUp={() => (anchor.current = undefined)}
        onKeyDown={press}
      >
        {stacks.map((stack) => (
          <Bar
            key={stack.layer}
            stack={stack}
            metric={metric}
            top={top}
            isLabelled={stack.layer % labelEvery(stacks.length) === 0}
            isActive={stack.layer === active}
            isSelected={range === undefined || (range.first <= stack.layer && stack.layer <= range.last)}
          />
        ))}
      </div>
    </div>
  );
}

interface BarProps {
  readonly stack: Stack;
  readonly metric: Metric;
  readonly top: number;
  readonly isLabelled: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
}

function Bar({ stack, metric, top, isLabelled, isActive, isSelected }: BarProps) {
  const { layer, reading, parts } = stack;
  const height = reading.kind === 'known' && top > 0 ? (100 * reading.value) / top : 0;
  const kind = reading.kind === 'known' ? 'known' : '';
  const label = isLabelled ? layer : undefined;
  return (
    <div
      id={`layer-${layer}`}
      class={`bar ${kind} ${isActive ? 'active' : ''} ${isSelected ? '' : 'outside'}`}
      role="option"
      aria-selected={isSelected}
      aria-label={t('layer {0}, {1}', layer, spokenReading(reading, metric))}
      title={barTitle(stack, metric)}
      data-label={label}
    >
      <div class="bar-fill" style={{ height: `${height}%` }}>
        {parts.map(({ group, share }) => (
          <div key={group} class={`bar-part series-${stacked.indexOf(group)}`} style={{ flexGrow: share }} />
        ))}
      </div>
    </div>
  );
}

function barTitle({ layer, reading, parts }: Stack, metric: Metric): string {
  const shares = parts.map(({ group, share }) => `${groupName(group)} ${percent(share)}`).join(', ');
  const head = t('Layer {0}: {1}', layer, readingText(reading, metric));
  return shares === '' ? head : `${head}\n${t('of its ‖w‖²: {0}', shares)}`;
}

function movedTo(active: number, key: string, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: active - 1,
    ArrowRight: active + 1,
    PageUp: active - 8,
    PageDown: active + 8,
    Home: 0,
    End: count - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined ? undefined : bounded(to, count);
}

function bounded(layer: number, count: number): number {
  return Math.max(0, Math.min(layer, count - 1));
}

function ordered(from: number, to: number): Range {
  return { first: Math.min(from, to), last: Math.max(from, to) };
}

/** About eight numbers under the bars. */
function labelEvery(layers: number): number {
  return [1, 2, 4, 8, 16, 32].find((every) => layers / every <= 9) ?? 64;
}
