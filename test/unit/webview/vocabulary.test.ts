import { describe, expect, test } from 'vitest';
import type { VocabularyReading, VocabularyRow } from '#protocol/vocabulary.ts';
import { vocabularyCaption } from '../../../webview/spectrum/drawing/vocabularyCaption.ts';
import { vocabularyDrawing } from '../../../webview/spectrum/drawing/vocabularyDrawing.ts';
import { type Frame, svgForPaper } from '../../../webview/spectrum/exporting.ts';
import { tokenLines, vocabularyCsv } from '../../../webview/spectrum/tokenLines.ts';
import {
  filterRows,
  rowsOfVector,
  shownRows,
  topScore,
  vectorsOf,
} from '../../../webview/spectrum/vocabulary.ts';
import { paper } from '../../../webview/theme.ts';

const token = (id: number, text: string | null, score: number) => ({ id, text, score });
const reading = (text: string, score: number): VocabularyReading => ({
  promoted: [token(1, text, score), token(2, null, score / 2)],
  suppressed: [token(3, '·low, "er"', -score / 4)],
  kurtosis: 3,
});
const row = (layer: number, vector: number, text: string, random: string): VocabularyRow => ({
  name: `model.layers.${layer}.mlp.down_proj.weight`,
  layer,
  module: 'down_proj',
  vector,
  sigma: 0.25,
  energy: 0.5,
  reading: reading(text, 4),
  random: reading(random, 8),
});
const rows = [row(0, 0, '·Paris', 'sea'), row(0, 1, 'x', 'y'), row(1, 0, 'sea', '·Rome')];
const caption = () =>
  vocabularyCaption({ norm: 'norm', unembedding: 'head' }, { count: 2, filter: '', seed: 0 });

test('one singular vector is shown at a time, of as many as there are', () => {
  expect(vectorsOf(rows)).toBe(2);
  expect(vectorsOf([])).toBe(0);
  expect(rowsOfVector(rows, 0).map(({ layer }) => layer)).toEqual([0, 1]);
});

test('one scale for both sides: the largest score fills it, whosever it is', () => {
  expect(topScore(rows)).toBe(8);
  expect(topScore([])).toBe(0);
});

describe('a filter', () => {
  test('is the same for w and the random direction, and counts both', () => {
    const left = filterRows(rows, 'SEA');
    expect(left).toMatchObject({ ofDirection: 1, ofRandom: 1 });
    expect(left.rows.map(({ layer, vector }) => [layer, vector])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(left.rows[0]).toMatchObject({ reading: { promoted: [], suppressed: [] } });
    expect(left.rows[0]?.random.promoted.map(({ text }) => text)).toEqual(['sea']);
  });

  test('finds a space in front, and the numbers of tokens without a text', () => {
    expect(filterRows(rows, ' paris').rows).toHaveLength(1);
    expect(filterRows(rows, '#2').rows).toHaveLength(3);
    expect(filterRows(rows, '').rows).toHaveLength(3);
  });
});

test('CSV has a line for each token of both sides, quoted as it must be', () => {
  expect(tokenLines(rows)).toHaveLength(3 * 2 * 3);
  const [heading, first, , third, fourth] = vocabularyCsv(rows).split('\r\n');
  const place = 'model.layers.0.mlp.down_proj.weight,0,down_proj,1,0.25,0.5';
  expect(heading).toBe('tensor,layer,module,vector,sigma,energy,of,kurtosis,end,rank,token_id,token,score');
  expect(first).toBe(`${place},direction,3,promoted,1,1,·Paris,4`);
  expect(third).toBe(`${place},direction,3,suppressed,1,3,"·low, ""er""",-1`);
  expect(fourth).toBe(`${place},random,3,promoted,1,1,sea,8`);
});

describe('pictures', () => {
  const shown = shownRows(rows, { vector: 0, filter: '' });
  const drawn = (frame: Frame) => vocabularyDrawing({ ...frame, title: 'honest', ...shown });

  test.each([84, 174] as const)('for paper of %i mm say n, what chance is and its seed', (width) => {
    const svg = svgForPaper({ draw: drawn, caption }, width);
    expect(svg).toContain(`width="${width}mm"`);
    expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
    const words = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text).join(' ');
    expect(words).toContain('Tokens of n = 2 left singular vectors, read through norm and head;');
    expect(words).toContain('in one scale, a random direction of the same size (seed 0).');
    expect(words.match(/random direction kurtosis 3.00 promoted/g)).toHaveLength(2);
  });

  test.each([238, 493, 720])('have bars of one scale that stay within %i pixels', (width) => {
    const { shapes, height } = drawn({ palette: paper, width, caption: caption() });
    const boxes = shapes.flatMap((shape) => (shape.kind === 'box' ? [shape.box] : []));
    expect(boxes).toHaveLength(2 * 2 * 3);
    const [ofDirection, , , ofRandom] = boxes;
    expect(ofRandom!.width / ofDirection!.width).toBeCloseTo(2, 9);
    const isInside = boxes.every((box) => box.x + box.width <= width && box.y + box.height <= height);
    expect(isInside).toBe(true);
  });

  test('with a filter say so, and have its rows alone, in the scale of all', () => {
    expect(shownRows(rows, { vector: 0, filter: 'rome' })).toMatchObject({ rows: [{ layer: 1 }], top: 8 });
    const words = vocabularyCaption({ norm: 'a', unembedding: 'b' }, { count: 1, filter: 'rome', seed: 0 });
    expect(words).toContain('Only tokens with “rome”.');
  });
});
