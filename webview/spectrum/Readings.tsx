import { significant } from '#protocol/figures.ts';
import type { VocabularyReading, VocabularyRow, VocabularyToken } from '#protocol/vocabulary.ts';
import { plain } from '../numbers.ts';
import { t } from '../strings.ts';
import { ends, filterRows, rowName, rowSize, tokenText, topScore } from './vocabulary.ts';

interface Props {
  readonly rows: readonly VocabularyRow[];
  readonly filter: string;
}

/** Tensor by tensor what w says, and beside it what chance does, in one scale. */
export function Readings({ rows, filter }: Props) {
  const top = topScore(rows);
  const left = filterRows(rows, filter);
  return (
    <div class="picture readings-page">
      <p class="quiet">
        {filter === ''
          ? t('Bars are as long as the score: a full one is {0}.', plain(top))
          : t(
              '“{0}” is among the tokens of {1} of {2} vectors of w, and of {3} random ones.',
              filter,
              left.ofDirection,
              rows.length,
              left.ofRandom,
            )}
      </p>
      <div class="readings" tabIndex={0} role="region" aria-label={t('Tokens')}>
        {left.rows.map((row) => (
          <RowReading key={row.name} row={row} top={top} />
        ))}
      </div>
    </div>
  );
}

function RowReading({ row, top }: { readonly row: VocabularyRow; readonly top: number }) {
  const { name, reading, random } = row;
  const title = rowName(row);
  return (
    <section class="reading" aria-label={title}>
      <h2 title={name}>
        {title}
        <span class="quiet reading-size">{rowSize(row)}</span>
      </h2>
      <div class="reading-sides">
        <Side name={t('w')} reading={reading} top={top} />
        <Side name={t('random direction')} reading={random} top={top} />
      </div>
    </section>
  );
}

interface SideProps {
  readonly name: string;
  readonly reading: VocabularyReading;
  readonly top: number;
}

function Side({ name, reading, top }: SideProps) {
  return (
    <div class="reading-side">
      <p class="reading-name">
        <span>{name}</span>
        <span class="quiet">{t('kurtosis {0}', significant(reading.kurtosis))}</span>
      </p>
      <div class="reading-ends">
        {ends.map((end) => (
          <ul
            key={end}
            class={`reading-end ${end}`}
            aria-label={end === 'promoted' ? t('promoted') : t('suppressed')}
          >
            <li class="quiet" aria-hidden="true">
              {end === 'promoted' ? t('promoted') : t('suppressed')}
            </li>
            {reading[end].map((token) => (
              <TokenBar key={token.id} token={token} top={top} />
            ))}
          </ul>
        ))}
      </div>
    </div>
  );
}

function TokenBar({ token, top }: { readonly token: VocabularyToken; readonly top: number }) {
  const size = top === 0 ? 0 : Math.abs(token.score) / top;
  return (
    <li class="token" title={t('{0}, token {1}: {2}', tokenText(token), token.id, significant(token.score))}>
      <span class="token-text">{tokenText(token)}</span>
      <span class="token-track" aria-hidden="true">
        <span class="token-bar" style={{ '--size': size }} />
      </span>
      <span class="number">{significant(token.score)}</span>
    </li>
  );
}
