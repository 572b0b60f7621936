import { bytes } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { ShareBars } from './ShareBars.tsx';
import type { Share } from './shares.ts';

interface Props {
  readonly shares: readonly Share[];
  readonly total: number;
  readonly isTable: boolean;
}

/** Bars of more layers stand side by side: between them there is no room for gaps. */
const mostApart = 100;

/** A bar a layer, in their order. What is in none has a number and no bar: it would flatten the others. */
export function LayerSizes({ shares, total, isTable }: Props) {
  const title = t('By layer');
  if (isTable) return <ShareBars title={title} shares={shares} total={total} isTable />;
  const layers = shares.filter(({ label }) => /^\d+$/.test(label));
  const apart = shares.filter((share) => !layers.includes(share));
  const largest = layers.reduce((most, { bytes }) => Math.max(most, bytes), 1);
  return (
    <figure class="figure" aria-label={title}>
      <figcaption>
        {title}
        {apart.map(({ label, bytes: size }) => ` · ${label} ${bytes(size)}`)}
      </figcaption>
      <div
        class={layers.length > mostApart ? 'layer-sizes dense' : 'layer-sizes'}
        role="img"
        aria-label={spoken(layers)}
      >
        <span class="layer-top">{bytes(largest)}</span>
        {layers.map(({ label, bytes: size }) => (
          <span key={label} class="layer-size" title={`${t('Layer {0}', label)}: ${bytes(size)}`}>
            <span style={{ height: `${(100 * size) / largest}%` }} />
          </span>
        ))}
      </div>
      <div class="layer-ends quiet" aria-hidden="true">
        <span>{layers[0]?.label}</span>
        <span>{layers.length > 1 ? layers.at(-1)?.label : ''}</span>
      </div>
    </figure>
  );
}

function spoken(layers: readonly Share[]): string {
  const sizes = layers.map(({ bytes }) => bytes);
  return t(
    '{0} layers, from {1} to {2}',
    layers.length,
    bytes(Math.min(...sizes)),
    bytes(Math.max(...sizes)),
  );
}
