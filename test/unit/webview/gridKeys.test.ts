import { expect, test } from 'vitest';
import { clamped, moved } from '../../../webview/components/gridKeys.ts';

/** Twenty layers of seven modules, and three fields apart. */
const lengths = [...Array.from({ length: 20 }, () => 7), 3];

test.each([
  ['ArrowUp', false, 4, 3],
  ['ArrowDown', false, 6, 3],
  ['ArrowLeft', false, 5, 2],
  ['ArrowRight', false, 5, 4],
  ['Home', false, 5, 0],
  ['End', false, 5, 6],
  ['Home', true, 0, 0],
  ['End', true, 20, 2],
  ['PageUp', false, 0, 3],
  ['PageDown', false, 13, 3],
])('%s (control: %s) leads to row %i, column %i', (key, isControl, row, column) => {
  expect(moved({ row: 5, column: 3 }, key, isControl, lengths)).toEqual({ row, column });
});

test('no key leads out of the grid, and arrows alone reach every field', () => {
  const reached = new Set<string>();
  const open = [{ row: 0, column: 0 }];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const key = `${here.row},${here.column}`;
    if (reached.has(key)) continue;
    reached.add(key);
    for (const arrow of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {
      const to = moved(here, arrow, false, lengths)!;
      expect(to.column).toBeLessThan(lengths[to.row]!);
      open.push(to);
    }
  }
  expect(reached.size).toBe(20 * 7 + 3);
});

test('other keys are not for moving', () => {
  expect(moved({ row: 0, column: 0 }, 'a', false, lengths)).toBeUndefined();
});

test('a place that is gone becomes the nearest one', () => {
  expect(clamped({ row: 99, column: 99 }, lengths)).toEqual({ row: 20, column: 2 });
  expect(clamped({ row: 3, column: 3 }, [])).toEqual({ row: 0, column: 0 });
});
