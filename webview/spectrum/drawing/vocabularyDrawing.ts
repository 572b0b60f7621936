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
/** From token to token. */
const step = 15;
const gap = 12;
const scoreWidth = 36;
/** Narrower, what is suppressed stands under what is promoted. */
const leastForFour = 400;

/** Tensor by tensor w left and chance right, in one scale. */
export function vocabularyDrawing(picture: VocabularyPicture): Drawing {
  return framed(picture, picture.title, (top) => {
    const shapes: Shape[] = [];
    let bottom = top;
    for (const row of picture.rows) {
      const part = rowPart(picture, row, bottom);
      shapes.push(...part.shapes);
      bottom = part.bottom + gap;
    }
    return { shapes, bottom };
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

/** Its name, how far it names tokens, and both lists: beside each other, or one under the other. */
function side(
  picture: VocabularyPicture,
  reading: VocabularyReading,
  { name, x, y, width }: Place & { readonly name: string },
): Part {
  const { palette } = picture;
  const heads = [
    label(palette, x, y + 9, name),
    label(palette, x, y + line + 9, t('kurtosis {0}', significant(reading.kurtosis))),
  ];
  const top = y + 2 * line;
  if (picture.width >= leastForFour) {
    const column = (width - gap) / 2;
    const [one, other] = [
      list(picture, reading, 'promoted', { x, y: top, width: column }),
      list(picture, reading, 'suppressed', { x: x + column + gap, y: top, width: column }),
    ];
    const shapes = [...heads, ...one.shapes, ...other.shapes];
    return { shapes, bottom: Math.max(one.bottom, other.bottom) };
  }
  const one = list(picture, reading, 'promoted', { x, y: top, width });
  const other = list(picture, reading, 'suppressed', { x, y: one.bottom + gap / 2, width });
  return { shapes: [...heads, ...one.shapes, ...other.shapes], bottom: other.bottom };
}

function list(
  picture: VocabularyPicture,
  reading: VocabularyReading,
  end: (typeof ends)[number],
  { x, y, width }: Place,
): Part {
  const { palette } = picture;
  const color = toHex(palette.series[ends.indexOf(end)] ?? palette.accent);
  const head = label(palette, x, y + 9, end === 'promoted' ? t('promoted') : t('suppressed'));
  const bars = reading[end].flatMap((token, rank) =>
    bar(picture, token, { x, y: y + line + rank * step, width }, color),
  );
  return { shapes: [head, ...bars], bottom: y + line + reading[end].length * step };
}

/** A token and its score over a bar as wide as the list where the score is the largest. */
function bar(
  { palette, top }: VocabularyPicture,
  token: VocabularyToken,
  { x, y, width }: Place,
  fill: string,
): readonly Shape[] {
  const length = top === 0 ? 0 : (width * Math.abs(token.score)) / top;
  const text = label(palette, x, y + 9, shortened(tokenText(token), width - scoreWidth));
  return [
    { ...text, fill: toHex(palette.foreground) },
    label(palette, x + width, y + 9, significant(token.score), 'end'),
    { kind: 'box', box: { x, y: y + 11, width: length, height: 2 }, fill },
  ];
}
