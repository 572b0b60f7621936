/** A picture as a list of shapes, back to front, so that a file of vectors and one of pixels cannot differ. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  /** For those who cannot see it. */
  readonly title: string;
  readonly shapes: readonly Shape[];
}

/** Lengths in pixels; colours as `#rrggbb`. */
export type Shape =
  | { readonly kind: 'box'; readonly box: Box; readonly fill: string; readonly stroke?: string }
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly stroke: string;
      readonly width: number;
      /** Lengths of strokes and gaps; absent: one stroke. */
      readonly dash?: readonly number[];
    }
  /** What is not known: thin diagonal lines. */
  | { readonly kind: 'hatch'; readonly box: Box; readonly stroke: string }
  | {
      readonly kind: 'text';
      readonly x: number;
      /** Of the baseline. */
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly fill: string;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly isBold?: boolean;
    };

export type Point = readonly [x: number, y: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const gap = 4;

/** The lines that fill a box, from its lower left to its upper right. */
export function hatching({
  x,
  y,
  width,
  height,
}: Box): (readonly [x1: number, y1: number, x2: number, y2: number])[] {
  const count = Math.floor((width + height) / gap);
  return Array.from({ length: count }, (_, index) => {
    const at = (index + 0.5) * gap;
    const start = Math.min(at, width);
    const end = Math.max(0, at - height);
    return [x + end, y + at - end, x + start, y + at - start] as const;
  });
}
