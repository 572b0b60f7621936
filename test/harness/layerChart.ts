/** What the chart needs of `analyze --json`. */
export interface Analysis {
  readonly norm: number;
  readonly tensors: readonly {
    readonly layer: number | null;
    readonly norm: number;
    readonly baseNorm: number | null;
  }[];
}

interface Bar {
  readonly label: string;
  readonly norm: number;
  /** Null where nothing is known of the base. */
  readonly share: number | null;
}

const width = 40;

/** One bar a layer: the norm of the direction there, and its share of the base's. The longest bar fills the width. */
export function layerChart({ tensors }: Analysis): string {
  const layers = Map.groupBy(tensors, ({ layer }) => layer);
  const bars = [...layers].toSorted(([a], [b]) => (a ?? Infinity) - (b ?? Infinity)).map(toBar);
  const longest = Math.max(...bars.map(({ norm }) => norm));
  return bars.map((bar) => line(bar, longest)).join('\n');
}

function toBar([layer, tensors]: [number | null, Analysis['tensors']]): Bar {
  const norm = Math.hypot(...tensors.map((tensor) => tensor.norm));
  const known = tensors.map(({ baseNorm }) => baseNorm).filter((value) => value !== null);
  const share = known.length < tensors.length ? null : norm / Math.hypot(...known);
  return { label: layer === null ? 'others' : `layer ${layer}`, norm, share };
}

function line({ label, norm, share }: Bar, longest: number): string {
  const filled = longest === 0 ? 0 : Math.round((width * norm) / longest);
  const percent = share === null ? '' : `  ${(100 * share).toFixed(1)} % of the base`;
  return `${label.padStart(8)}  ${'█'.repeat(filled).padEnd(width)}  ${norm.toPrecision(3)}${percent}`;
}
