import { useRef, useState } from 'preact/hooks';
import { Announcer } from '../components/Announcer.tsx';
import { t } from '../strings.ts';
import { firstDifference, shadeOf, type Text } from './texts.ts';
import { spokenToken, TokenCard } from './TokenCard.tsx';

interface Props {
  readonly name: string;
  readonly text: Text;
  /** What it is held against; undefined for the base itself. */
  readonly base: Text | undefined;
}

interface Shown {
  readonly at: number;
  readonly top: number;
  readonly left: number;
}

/** A text, token by token: where it parts from the base, and how far it is from there on. Arrows lead through the tokens. */
export function TokenText({ name, text, base }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown>();
  const [spoken, setSpoken] = useState('');
  const { tokens } = text;
  const first = base === undefined ? undefined : firstDifference(text, base);
  const show = (at: number) => {
    const token = element.current?.querySelector<HTMLElement>(`[data-at="${at}"]`);
    setShown(token ? { at, ...placed(token) } : undefined);
  };
  const press = (event: KeyboardEvent) => {
    const to = moved(event.key, shown?.at, tokens.length);
    if (to === undefined) return;
    event.preventDefault();
    show(to);
    const token = tokens[to];
    if (token !== undefined) setSpoken(spokenToken(token));
  };
  const card = shown && tokens[shown.at];
  const hide = () => setShown(undefined);
  return (
    <>
      <div
        ref={element}
        class="text"
        role="group"
        tabIndex={0}
        aria-label={t('Text, {0}: arrows lead through its tokens', name)}
        onKeyDown={press}
        onBlur={hide}
        onPointerLeave={hide}
        onPointerOver={({ target }) => {
          const at = target instanceof HTMLElement ? target.dataset['at'] : undefined;
          if (at === undefined) hide();
          else show(Number(at));
        }}
      >
        {tokens.map((token, at) => (
          <span
            key={at}
            data-at={at}
            class={classOf(at, first, shown?.at)}
            style={first !== undefined && at >= first ? { '--shade': String(shadeOf(token)) } : undefined}
          >
            {token.text}
          </span>
        ))}
        {first === tokens.length && (
          <span class="token first" title={t('The base goes on here')}>
            {' ∎'}
          </span>
        )}
      </div>
      {shown !== undefined && card !== undefined && <TokenCard token={card} name={name} place={shown} />}
      <Announcer text={spoken} />
    </>
  );
}

function classOf(at: number, first: number | undefined, shown: number | undefined): string {
  const parts = ['token'];
  if (at === first) parts.push('first');
  if (first !== undefined && at >= first) parts.push('shaded');
  if (at === shown) parts.push('current');
  return parts.join(' ');
}

/** Undefined: the key is for something else. */
function moved(key: string, from: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined;
  const last = count - 1;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(last, (from ?? -1) + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, (from ?? 1) - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** What the card takes at most, in pixels. */
const card = { width: 300, height: 190 };

/** Under the token, where there is room; in any case inside the window. */
function placed(token: HTMLElement): { readonly top: number; readonly left: number } {
  const { top, bottom, left } = token.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return {
    top: bottom + card.height > clientHeight && top > card.height ? top - card.height : bottom + 4,
    left: Math.max(4, Math.min(left, clientWidth - card.width - 4)),
  };
}
