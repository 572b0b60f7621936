import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Props {
  readonly around: RefObject<HTMLElement | null>;
  /** Roughly, in pixels, so that it stays inside the window. */
  readonly width?: number;
  /** What to say of an element under the pointer, or under the keyboard. */
  readonly describe: (
    target: EventTarget | null,
  ) => { readonly name: string; readonly value: string } | undefined;
}

interface Shown {
  readonly target: HTMLElement;
  readonly top: number;
  readonly left: number;
}

/** The number, beside the field it is about. A component of its own, so that a moving pointer redraws nothing else. */
export function HoverCard({ around, describe, width = 190 }: Props) {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    const element = around.current;
    if (element === null) return;
    const show = ({ target }: Event) =>
      setShown(target instanceof HTMLElement ? placed(target, width) : undefined);
    const hide = () => setShown(undefined);
    const events = [
      ['pointerover', show],
      ['focusin', show],
      ['pointerleave', hide],
      ['focusout', hide],
    ] as const;
    for (const [name, listener] of events) element.addEventListener(name, listener);
    addEventListener('scroll', hide, { passive: true });
    return () => {
      for (const [name, listener] of events) element.removeEventListener(name, listener);
      removeEventListener('scroll', hide);
    };
  }, [around, width]);
  const text = shown && describe(shown.target);
  if (shown === undefined || text === undefined) return null;
  return (
    <div class="hover-card" aria-hidden="true" style={{ top: `${shown.top}px`, left: `${shown.left}px` }}>
      <span>{text.name}</span>
      <strong class="number">{text.value}</strong>
    </div>
  );
}

const cardHeight = 26;

/** Over the field, where there is room; in any case inside the window. */
function placed(target: HTMLElement, cardWidth: number): Shown {
  const { top, bottom, left } = target.getBoundingClientRect();
  const above = top - cardHeight - 4;
  return {
    target,
    top: above < 0 ? bottom + 4 : above,
    left: Math.max(4, Math.min(left, document.documentElement.clientWidth - cardWidth)),
  };
}
