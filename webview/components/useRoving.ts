import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { clamped, moved, type Position } from './gridKeys.ts';

export interface Roving {
  /** The one field that Tab leads to. */
  readonly here: Position;
  /** Whether the key was for moving. The focus follows once the field is there. */
  readonly move: (event: KeyboardEvent) => boolean;
  readonly onFocusIn: (event: FocusEvent) => void;
}

/** Arrow keys among fields that say where they are with `data-row` and `data-column`. */
export function useRoving(
  element: RefObject<HTMLElement | null>,
  lengths: readonly number[],
  start: () => Position,
): Roving {
  const [position, setPosition] = useState(start);
  const [isMoving, setMoving] = useState(false);
  const here = clamped(position, lengths);
  useLayoutEffect(() => {
    if (!isMoving) return;
    setMoving(false);
    const field = `[data-row="${here.row}"][data-column="${here.column}"]`;
    element.current?.querySelector<HTMLElement>(field)?.focus();
  });
  const move = ({ key, ctrlKey, metaKey }: KeyboardEvent) => {
    const to = moved(here, key, ctrlKey || metaKey, lengths);
    if (to === undefined) return false;
    setPosition(to);
    setMoving(true);
    return true;
  };
  return { here, move, onFocusIn: ({ target }) => setPosition(placeOf(target) ?? here) };
}

/** Where the field is that something happened in. */
export function placeOf(target: EventTarget | null): Position | undefined {
  const field = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  if (field === null) return undefined;
  return { row: Number(field.dataset['row']), column: Number(field.dataset['column']) };
}
