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

/** Where something is in the window, in pixels. */
export type Rectangle = Pick<DOMRect, 'top' | 'bottom' | 'left'>;

/** The number, beside the field it is about. A component of its own, so that a moving pointer redraws nothing else. */
export function HoverCard({ around, describe, width = 190 }: Props) {
  const [shown, setShown] = useState<HTMLElement>();
  useEffect(() => {
    const element = around.current;
    if (element === null) return;
    const show = ({ target }: Event) => setShown(target instanceof HTMLElement ? target : undefined);
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
  }, [around]);
  const text = shown && describe(shown);
  if (shown === undefined || text === undefined) return null;
  return <HoverText around={shown.getBoundingClientRect()} width={width} {...text} />;
}

interface HoverTextProps {
  /** What it is about. */
  readonly around: Rectangle;
  readonly width: number;
  readonly name: string;
  readonly value: string;
}

/** The card alone, for whoever knows what the pointer is at. */
export function HoverText({ around, width, name, value }: HoverTextProps) {
  const { top, left } = placed(around, width);
  return (
    <div class="hover-card" aria-hidden="true" style={{ top: `${top}px`, left: `${left}px` }}>
      <span>{name}</span>
      <strong class="number">{value}</strong>
    </div>
  );
}

const cardHeight = 26;

/** Over the field, where there is room; in any case inside the window. */
function placed({ top, bottom, left }: Rectangle, cardWidth: number) {
  const above = top - cardHeight - 4;
  return {
    top: above < 0 ? bottom + 4 : above,
    left: Math.max(4, Math.min(left, document.documentElement.clientWidth - cardWidth)),
  };
}
