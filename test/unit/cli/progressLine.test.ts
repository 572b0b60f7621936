import { describe, expect, test } from 'vitest';
import { createProgressLine, progressText } from '../../../server/cli/progressLine.ts';

const clear = '\r\u001b[2K';

test.each([
  [{ done: 0, total: 7.8e9 }, { bytes: 0, seconds: 0 }, '  0 %  0 B of 7.80 GB'],
  [
    { done: 3.2e9, total: 7.8e9 },
    { bytes: 2.3e9, seconds: 2 },
    ' 41 %  3.20 GB of 7.80 GB  1.15 GB/s  4.0 s left',
  ],
  [{ done: 10, total: 10 }, { bytes: 10, seconds: 1 }, '100 %  10 B of 10 B  10 B/s  0.0 s left'],
  [{ done: 0, total: 0 }, { bytes: 0, seconds: 0 }, '100 %  0 B of 0 B'],
  [{ done: 1, total: 2, output: 'out/k1' }, { bytes: 0, seconds: 1 }, ' 50 %  1 B of 2 B  out/k1'],
  [{ done: 7, total: 17, unit: 'prompt' }, { bytes: 7, seconds: 7 }, ' 41 %  7 of 17 prompts  10 s left'],
])('%o reads well', (progress, passed, text) => {
  expect(progressText(progress, passed)).toBe(text);
});

describe('on a terminal', () => {
  test('is one line, drawn at most every 100 ms, and gone at the end', () => {
    const { line, written, at } = terminal();
    at(0, () => line.report({ done: 0, total: 100 }));
    at(50, () => line.report({ done: 10, total: 100 }));
    at(100, () => line.report({ done: 20, total: 100 }));
    line.clear();
    line.clear();
    expect(written).toEqual([
      `${clear}  0 %  0 B of 100 B`,
      `${clear} 20 %  20 B of 100 B  200 B/s  0.4 s left`,
      clear,
    ]);
  });

  test('counts the rate from where this run began', () => {
    const { line, written, at } = terminal();
    at(0, () => line.report({ done: 900, total: 1000 }));
    at(1000, () => line.report({ done: 950, total: 1000 }));
    expect(written.at(-1)).toBe(`${clear} 95 %  950 B of 1.00 kB  50 B/s  1.0 s left`);
  });

  test('is never as wide as the terminal', () => {
    const { line, written, at } = terminal(12);
    at(0, () => line.report({ done: 1, total: 3 }));
    expect(written).toEqual([`${clear} 33 %  1 B `]);
  });
});

test('is not there for a pipe', () => {
  const written: string[] = [];
  const line = createProgressLine({ write: (text) => written.push(text) });
  line.report({ done: 1, total: 2 });
  line.clear();
  expect(written).toEqual([]);
});

function terminal(columns = 80) {
  const written: string[] = [];
  let now = 0;
  const line = createProgressLine({ isTTY: true, columns, write: (text) => written.push(text) }, () => now);
  return {
    line,
    written,
    at: (milliseconds: number, act: () => void) => {
      now = milliseconds;
      act();
    },
  };
}
