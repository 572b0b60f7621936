import { describe, expect, test } from 'vitest';
import { emptyBoard } from '../../../webview/similarity/board.ts';
import { drawFields } from '../../../webview/similarity/drawFields.ts';
import { fieldAtPoint, fieldPlaces } from '../../../webview/similarity/fieldsBox.ts';
import { toBoard } from '../../../webview/similarity/board.ts';
import { paper } from '../../../webview/theme.ts';
import { sampleSimilarity } from '../../support/similaritySamples.ts';

const board = emptyBoard(['a', 'b', 'c'], ['x']);
const box = { width: 52, height: 30 };

describe('a point of the picture', () => {
  test.each([
    [0, 0, { row: 0, column: 0 }],
    [29.9, 10, { row: 1, column: 2 }],
    [42, 29, { row: 2, column: 3 }],
  ])('%d, %d is a field', (x, y, expected) => {
    expect(fieldAtPoint(board, box, { x, y })).toEqual(expected);
  });

  test.each([
    ['in the gap before the controls', 35, 5],
    ['behind the last column', 53, 5],
    ['under the last row', 5, 31],
    ['before the first', -1, 5],
  ])('%s is none', (_, x, y) => {
    expect(fieldAtPoint(board, box, { x, y })).toBeUndefined();
  });

  test('of every field the middle is that field', () => {
    const { step, left } = fieldPlaces(board, box);
    for (const [row, fields] of board.rows.entries())
      for (const column of fields.keys())
        expect(fieldAtPoint(board, box, { x: left(column) + step / 2, y: (row + 0.5) * step })).toEqual({
          row,
          column,
        });
  });
});

/** What is painted, as the calls of a canvas that is not there. */
function painted(isHighContrast: boolean) {
  const calls: (readonly [string, ...unknown[]])[] = [];
  const note =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void calls.push([name, ...args]);
  const context = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 0,
    clearRect: note('clear'),
    rect: note('frame'),
    beginPath: note('begin'),
    moveTo: note('move'),
    lineTo: note('line'),
    stroke: note('stroke'),
    fill: note('fill'),
    fillRect: (...args: readonly unknown[]) => void calls.push(['rect', context.fillStyle, ...args]),
  };
  const colors = { palette: paper, warning: paper.accent, border: paper.border, isHighContrast };
  const result = sampleSimilarity(5);
  drawFields(context, toBoard(result, { kind: 'all' }, 'given'), { width: 50, height: 50 }, colors);
  return calls;
}

describe('fields are drawn', () => {
  test('each once in its colour, with a mark where there is a warning', () => {
    const calls = painted(false);
    const whole = calls.filter(([name, , , , width, height]) => name === 'rect' && width === height);
    expect(whole).toHaveLength(4 * 3); // 5 × 5, without the diagonal and what is not known.
    expect(calls.filter(([name]) => name === 'frame')).toHaveLength(4 * 3);
    expect(calls.filter(([name]) => name === 'fill')).toHaveLength(2);
    expect(calls.filter(([name, x, y]) => name === 'move' && x === y)).toHaveLength(5);
  });

  test('in high contrast as far as it goes, and in stripes below 0', () => {
    const lengths = painted(true).flatMap(([name, , , , width, height]) =>
      name === 'rect' && Number(height) > 1 ? [Number(width)] : [],
    );
    expect(new Set(lengths).size).toBeGreaterThan(2);
  });
});
