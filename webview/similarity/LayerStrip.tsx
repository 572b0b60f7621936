import { significant } from '#protocol/figures.ts';
import { plain } from '../numbers.ts';
import { t } from '../strings.ts';
import { colorScale } from '../layers/colorScale.ts';
import type { PairLayer } from './pairs.ts';

interface Props {
  readonly layers: readonly PairLayer[];
  readonly of: 'cosine' | 'z';
}

const height = 40;

/** How alike two are in each layer: bars up and down from 0, hatched where one does not reach. */
export function LayerStrip({ layers, of }: Props) {
  const values = layers.map((layer) => layer[of]);
  const { top } = colorScale(values.flatMap((value) => (value === null ? [] : [Math.abs(value)])));
  const name = of === 'z' ? 'z' : t('Cosine');
  return (
    <figure class="strip">
      <figcaption>
        {t('{0} in each layer', name)}
        <span>{`±${plain(top)}`}</span>
      </figcaption>
      <div class="strip-bars" role="img" aria-label={spoken(layers, of)} style={{ height: `${height}px` }}>
        {layers.map((layer) => (
          <span
            key={layer.layer}
            class={layer[of] === null ? 'strip-bar hatched' : 'strip-bar'}
            title={t('Layer {0}: {1}', layer.layer, significant(layer[of]))}
          >
            {layer[of] !== null && (
              <span
                class={layer[of] < 0 ? 'strip-fill below' : 'strip-fill'}
                style={{ '--size': top === 0 ? 0 : Math.min(1, Math.abs(layer[of]) / top) }}
              />
            )}
          </span>
        ))}
      </div>
      <div class="strip-axis" aria-hidden="true">
        <span>{layers[0]?.layer}</span>
        <span>{layers.at(-1)?.layer}</span>
      </div>
    </figure>
  );
}

function spoken(layers: readonly PairLayer[], of: 'cosine' | 'z'): string {
  const known = layers.flatMap((layer) => {
    const value = layer[of];
    return value === null ? [] : [{ layer: layer.layer, value }];
  });
  const [first] = known.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const name = of === 'z' ? 'z' : t('Cosine');
  if (first === undefined) return t('{0} in each layer: not known', name);
  return t(
    '{0} in each layer: furthest from 0 in layer {1}, {2}',
    name,
    first.layer,
    significant(first.value),
  );
}
