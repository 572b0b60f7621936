import { significant } from '#protocol/figures.ts';
import type { SimilarityResult } from '#protocol/similarity.ts';
import { Icon } from '../components/Icon.tsx';
import { t } from '../strings.ts';
import type { Field } from './board.ts';
import { LayerStrip } from './LayerStrip.tsx';
import { layersOf, pairOf } from './pairs.ts';
import { type SliceChoice, sliceOf, sliceText } from './slices.ts';

interface Props {
  readonly result: SimilarityResult | undefined;
  readonly slice: SliceChoice;
  readonly field: Field | undefined;
  /** Shows the layers of a subject, by its number. */
  readonly onLayers: (subject: number) => void;
}

/** Everything about the selected pair. */
export function PairPane({ result, slice, field, onLayers }: Props) {
  const isShown = result !== undefined && field !== undefined;
  return (
    <aside class={isShown ? 'facts-pane' : 'facts-pane facts-none'} aria-label={t('Selected')}>
      {isShown ? (
        <PairFacts result={result} slice={slice} field={field} onLayers={onLayers} />
      ) : (
        <p class="quiet">
          {t(
            'Select a field to see a pair layer by layer, and what chance would do. t shows all pairs as a table.',
          )}
        </p>
      )}
    </aside>
  );
}

interface FactsProps extends Pick<Props, 'onLayers'> {
  readonly result: SimilarityResult;
  readonly slice: SliceChoice;
  readonly field: Field;
}

function PairFacts({ result, slice, field, onLayers }: FactsProps) {
  const { row, column, isControl } = field.place;
  const part = sliceOf(result, slice);
  const flags = isControl ? [] : pairOf(part, result.flags, row, column).flags;
  const layers = isControl ? [] : layersOf(result, row, column);
  const norm = (subject: number) => significant(part.norms[subject] ?? null);
  const [one, other] = field.names;
  return (
    <section class="facts" aria-label={t('{0} with {1}', one, other)}>
      <div>
        <h2 class="pair-names">
          <span title={one}>{one}</span>
          <span title={other}>{isControl ? t('{0} (control)', other) : other}</span>
        </h2>
        <dl class="facts-list">
          <Fact name={t('Cosine')} value={significant(field.cosine)} hint={sliceText(slice)} />
          <Fact name="z" value={significant(field.z)} hint={zHint(isControl)} />
          <Fact name={t('Norm of {0}', one)} value={norm(row)} hint={sliceText(slice)} />
          {!isControl && <Fact name={t('Norm of {0}', other)} value={norm(column)} hint={sliceText(slice)} />}
        </dl>
        {flags.map(({ code, message }) => (
          <div class="note note-warning" key={code}>
            <Icon name="warning" />
            <p class="note-text">{message}</p>
          </div>
        ))}
      </div>
      {layers.length > 0 && (
        <div>
          <LayerStrip layers={layers} of="z" />
          <LayerStrip layers={layers} of="cosine" />
        </div>
      )}
      <div class="facts-actions">
        {(isControl ? [row] : [row, column]).map((subject) => (
          <button type="button" class="link" key={subject} onClick={() => onLayers(subject)}>
            {t('Layers of {0}', result.names[subject] ?? '')}
          </button>
        ))}
      </div>
    </section>
  );
}

function zHint(isControl: boolean): string {
  return isControl
    ? t('Cosine over the standard deviation of the null over all pairs of the whole model')
    : t('Cosine over the standard deviation of the null for this pair, here');
}

function Fact({
  name,
  value,
  hint,
}: {
  readonly name: string;
  readonly value: string;
  readonly hint: string;
}) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
