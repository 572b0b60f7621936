import type { VocabularyReading, VocabularyRow, VocabularyToken } from '#protocol/vocabulary.ts';
import { significant } from '#protocol/figures.ts';
import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Drawing, Shape } from '../../drawing/shapes.ts';
import { shortened } from '../../drawing/wrapped.ts';
import { t } from '../../strings.ts';
import type { Frame } from '../exporting.ts';
import { ends, rowTitle, tokenText } from '../vocabulary.ts';
import { framed } from './framed.ts';
import { margin, type Part } from './picture.ts';

/** All that a picture of readings outside VS Code is made of. */
export interface VocabularyPicture extends Frame {
  readonly title: string;
  readonly rows: readonly VocabularyRow[];
  /** The score that fills a bar. */
  readonly top: number;
}

const line = 12;
const gap = 12;
/** Narrower, what is suppressed stands under what is promoted. */
const leastForFour = 400;

/** Tensor by tensor w left and chance right, in one scale. */
export function vocabularyDrawing(picture: VocabularyPicture): Drawing {
  return framed(picture, picture.title, (top) => {
    const parts = picture.rows.reduce<Part>(
      (above, row) => {
        const { shapes, bottom } = rowPart(picture, row, above.bottom);
        return { shapes: [...above.shapes, ...shapes], bottom: bottom + gap };
      },
      { shapes: [], bottom: top },
    );
    return parts;
  });
}

function rowPart(picture: VocabularyPicture, row: VocabularyRow, top: number): Part {
  const { palette, width } = picture;
  const half = (width - 2 * margin - gap) / 2;
  const title = { ...label(palette, margin, top + 9, rowTitle(row)), fill: toHex(palette.foreground) };
  const sides = [
    side(picture, row.reading, { name: t('w'), x: margin, y: top + line, width: half }),
    side(picture, row.random, {
      name: t('random direction'),
      x: margin + half + gap,
      y: top + line,
      width: half,
    }),
  ];
  return {
    shapes: [title, ...sides.flatMap(({ shapes }) => shapes)],
    bottom: Math.max(...sides.map(({ bottom }) => bottom)),
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function side(
  picture: VocabularyPicture,
  reading: VocabularyReading,
  { name, x, y, width }: Place & { readonly name: string },
): Part {
  const { palette } = picture;
  const head = label(palette, x, y + 9, t('{0}, kurtosis {1}', name, significant(reading.kurtosis)));
  const isWide = picture.width >= leastForFour;
  const column = isWide ? (width - gap) / 2 : width;
  const first = y + line;
  const below = (index: number) => first + (isWide ? 0 : index * reading.promoted.length * line);
  const lists = ends.map((end, index) => {
    const left = isWide ? x + index * (column + gap) : x;
    const color = palette.series[index] ?? palette.accent;
    return reading[end].flatMap((token, rank) =>
      bar(picture, token, { x: left, y: below(index) + rank * line, width: column }, toHex(color)),
    );
  });
  const { promoted, suppressed } = reading;
  const count = isWide ? Math.max(promoted.length, suppressed.length) : promoted.length + suppressed.length;
  return { shapes: [head, ...lists.flat()], bottom: first + count * line };
}

/** Of a token's text, and of its score. */
const [textWidth, scoreWidth] = [52, 28];

function bar(
  { palette, top }: VocabularyPicture,
  token: VocabularyToken,
  { x, y, width }: Place,
  fill: string,
): readonly Shape[] {
  const room = Math.max(1, width - textWidth - scoreWidth);
  const length = top === 0 ? 0 : (room * Math.abs(token.score)) / top;
  const text = label(palette, x, y + 9, shortened(tokenText(token), textWidth));
  return [
    { ...text, fill: toHex(palette.foreground) },
    { kind: 'box', box: { x: x + textWidth, y: y + 3, width: length, height: 6 }, fill },
    label(palette, x + width, y + 9, significant(token.score), 'end'),
  ];
}
