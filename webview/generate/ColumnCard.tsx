import { percent, significant } from '#protocol/figures.ts';
import type { GenerationColumn, GenerationSubject, MildBand } from '#protocol/generation.ts';
import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import { columnName } from './names.ts';
import { StrengthSlider } from './StrengthSlider.tsx';
import type { Text } from './texts.ts';
import { TokenText } from './TokenText.tsx';
import type { Column } from './viewState.ts';

export interface ColumnActions {
  readonly onStrengths: (strengths: readonly number[]) => void;
  readonly onRemove: () => void;
  readonly onCopy: (text: string) => void;
  /** Undefined where there is no recipe to write into. */
  readonly onWrite: ((strengths: readonly number[]) => void) | undefined;
}

interface Props extends ColumnActions {
  readonly column: Column;
  readonly directions: GenerationSubject['directions'];
  readonly bands: readonly MildBand[] | undefined;
  readonly isBase: boolean;
  readonly text: Text | undefined;
  readonly base: Text | undefined;
  /** What is shown is not what is asked for now. */
  readonly isOld: boolean;
}

/** One text with its sliders above it and its numbers below. */
export function ColumnCard({ column, directions, bands, isBase, text, base, isOld, ...act }: Props) {
  const { strengths } = column;
  const name = columnName(strengths, directions, isBase);
  return (
    <section class={isOld ? 'column old' : 'column'} aria-label={name}>
      <div class="column-head">
        <h2 title={name}>{name}</h2>
        {!isBase && (
          <Button appearance="icon" icon="close" label={t('Remove {0}', name)} onClick={act.onRemove} />
        )}
      </div>
      {!isBase && (
        <div class="strengths">
          {directions.map((direction, at) => (
            <StrengthSlider
              key={direction.name}
              name={direction.name}
              value={strengths[at] ?? 0}
              band={bands?.[at]}
              onChange={(value) => act.onStrengths(strengths.with(at, value))}
            />
          ))}
        </div>
      )}
      <div class="column-text">
        {text === undefined ? (
          <p class="quiet">{t('No text yet.')}</p>
        ) : (
          <TokenText name={name} text={text} base={isBase ? undefined : base} />
        )}
        {text?.end?.tokens.length === 0 && <p class="quiet">{t('It ends at once.')}</p>}
      </div>
      <div class="column-foot">
        <Numbers end={text?.end} isBase={isBase} />
        {text?.end !== undefined && (
          <div class="column-actions">
            <Button
              appearance="icon"
              label={t('Copy the text, {0}', name)}
              onClick={() => act.onCopy(textOf(text))}
            >
              {t('Copy')}
            </Button>
            {!isBase && act.onWrite !== undefined && (
              <Button
                appearance="icon"
                label={t('Write at This Strength: puts {0} into the recipe', name)}
                onClick={() => act.onWrite?.(strengths)}
              >
                {t('Write at This Strength')}
              </Button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

function textOf({ tokens }: Text): string {
  return tokens.map(({ text }) => text).join('');
}

/** What it comes to; empty lines while it is not known, so that nothing jumps. */
function Numbers({ end, isBase }: { readonly end: GenerationColumn | undefined; readonly isBase: boolean }) {
  const { divergence = null, baseLogprob = null, repetition = null, tokens, finish } = end ?? {};
  const ended = finish === 'length' ? t('{0}, cut off', tokens?.length ?? 0) : String(tokens?.length ?? '–');
  return (
    <dl class="numbers">
      {!isBase && (
        <NumberLine
          name="KL"
          hint={t('Mean over the tokens of KL(steered ‖ base), in nats')}
          value={t('{0} nats', significant(divergence))}
        />
      )}
      {!isBase && (
        <NumberLine
          name={t('base says')}
          hint={t("Mean of the base's log-probabilities of the tokens, in nats")}
          value={significant(baseLogprob)}
        />
      )}
      <NumberLine
        name={t('repeats')}
        hint={t('Share of its runs of three tokens that came before')}
        value={percent(repetition)}
      />
      <NumberLine name={t('tokens')} hint={t('Tokens of the text, its end left out')} value={ended} />
    </dl>
  );
}

function NumberLine({
  name,
  hint,
  value,
}: {
  readonly name: string;
  readonly hint: string;
  readonly value: string;
}) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
