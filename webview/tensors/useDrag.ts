import type { Span } from '#protocol/tensorView.ts';
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { MatrixSize, MatrixView } from './matrixView.ts';

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Drag {
  readonly frame: RefObject<HTMLDivElement | null>;
  /** The rectangle that is being drawn, as CSS. */
  readonly selection: Readonly<Record<'left' | 'top' | 'width' | 'height', string>> | undefined;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
}

/** A rectangle drawn over the picture becomes the part that is shown. */
export function useDrag(view: MatrixView, size: MatrixSize, onView: (view: MatrixView) => void): Drag {
  const frame = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<Box>();
  const at = ({ clientX, clientY }: PointerEvent) => {
    const bounds = frame.current?.getBoundingClientRect();
    if (bounds === undefined) return { x: 0, y: 0 };
    return {
      x: within((clientX - bounds.left) / bounds.width),
      y: within((clientY - bounds.top) / bounds.height),
    };
  };
  return {
    frame,
    selection: box && styleOf(box),
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      frame.current?.setPointerCapture(event.pointerId);
      const { x, y } = at(event);
      setBox({ x0: x, y0: y, x1: x, y1: y });
    },
    onPointerMove: (event) => {
      if (box === undefined) return;
      const { x, y } = at(event);
      setBox({ ...box, x1: x, y1: y });
    },
    onPointerUp: () => {
      if (box !== undefined && isDrawn(box)) onView(partOf(view, box, size));
      setBox(undefined);
    },
  };
}

function within(share: number): number {
  return Math.max(0, Math.min(1, share));
}

/** A click is no rectangle. */
function isDrawn({ x0, y0, x1, y1 }: Box): boolean {
  return Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) > 0.02;
}

function styleOf({ x0, y0, x1, y1 }: Box) {
  return {
    left: percent(Math.min(x0, x1)),
    top: percent(Math.min(y0, y1)),
    width: percent(Math.abs(x1 - x0)),
    height: percent(Math.abs(y1 - y0)),
  };
}

function percent(share: number): string {
  return `${100 * share}%`;
}

function partOf({ rows, columns }: MatrixView, { x0, y0, x1, y1 }: Box, size: MatrixSize): MatrixView {
  return { rows: part(rows, y0, y1, size.rows), columns: part(columns, x0, x1, size.columns) };
}

/** From one share of a span to another, at least one element. */
function part({ start, end }: Span, a: number, b: number, size: number): Span {
  const first = Math.min(size - 1, Math.floor(start + (end - start) * Math.min(a, b)));
  const last = Math.ceil(start + (end - start) * Math.max(a, b));
  return { start: first, end: Math.min(size, Math.max(first + 1, last)) };
}
