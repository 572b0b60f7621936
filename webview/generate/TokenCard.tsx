import { significant } from '#protocol/figures.ts';
import type { LikelyToken, TextToken } from '#protocol/generation.ts';
import { t } from '../strings.ts';
import { probabilityText, tokenText } from './names.ts';

interface Props {
  readonly token: TextToken;
  /** Of the column. */
  readonly name: string;
  readonly place: { readonly top: number; readonly left: number };
}

/** Of one token: how likely it was, and what each model would have said there. */
export function TokenCard({ token, name, place }: Props) {
  const { id, text, logprob, top, base } = token;
  return (
    <div class="token-card" aria-hidden="true" style={{ top: `${place.top}px`, left: `${place.left}px` }}>
      <div class="token-card-head">
        <code>{tokenText(text)}</code>
        <span class="number">{probabilityText(logprob)}</span>
      </div>
      {base !== undefined && (
        <p class="quiet">{t('KL to the base here: {0} nats', significant(base.divergence))}</p>
      )}
      <div class="token-card-lists">
        <Likely name={name} tokens={top} chosen={id} />
        {base !== undefined && <Likely name={t('base')} tokens={base.top} chosen={id} />}
      </div>
    </div>
  );
}

interface LikelyProps {
  readonly name: string;
  readonly tokens: readonly LikelyToken[];
  readonly chosen: number;
}

function Likely({ name, tokens, chosen }: LikelyProps) {
  return (
    <div class="likely">
      <span class="quiet">{name}</span>
      {tokens.map(({ id, text, logprob }) => (
        <div key={id} class={id === chosen ? 'likely-token chosen' : 'likely-token'}>
          <code>{tokenText(text)}</code>
          <span class="number">{probabilityText(logprob)}</span>
        </div>
      ))}
    </div>
  );
}

/** What somebody hears of a token who does not see the card. */
export function spokenToken({ text, logprob, base }: TextToken): string {
  const said = `${tokenText(text)}, ${probabilityText(logprob)}`;
  if (base === undefined) return said;
  const [other] = base.top;
  const instead =
    other === undefined ? '' : `, ${t('base')}: ${tokenText(other.text)} ${probabilityText(other.logprob)}`;
  return `${said}, KL ${significant(base.divergence)}${instead}`;
}
