import { expect, test } from 'vitest';
import type { Decoding, Strengths } from '../../../server/generation/decoding.ts';
import { type BandOptions, farthest, mildBand } from '../../../server/generation/mildBand.ts';

/** A model of two tokens whose logits move apart by slope · k², or the other slope below 0. */
function model(
  below: number,
  above: number,
  asked: Strengths[],
): (strengths: readonly Strengths[]) => Decoding {
  const logitsOf = ([, k = 0]: Strengths) => Float32Array.of(0, (k < 0 ? below : above) * k);
  return (strengths) => {
    asked.push(...strengths);
    const feed = async (tokens: readonly (readonly number[])[]) =>
      tokens.flatMap((ids, row) => ids.map(() => logitsOf(strengths[row]!)));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- All that is asked of it.
    return { feed } as unknown as Decoding;
  };
}

const options: BandOptions = {
  texts: [[1, 2, 3], [4]],
  directions: 2,
  direction: 1,
  signal: new AbortController().signal,
  onText: () => {},
};

/** KL of a choice between two whose logits differ by d, to an even one. */
function divergence(d: number): number {
  const p = 1 / (1 + Math.exp(-d));
  return p * Math.log(2 * p) + (1 - p) * Math.log(2 * (1 - p));
}

test.each([
  [1, 1],
  [0.3, 2],
  [7, 0.2],
  [20, 1],
])('with slopes %d and %d each side ends where KL is 0.1', async (below, above) => {
  const asked: Strengths[] = [];
  const band = await mildBand(model(below, above, asked), options);
  expect(band.below).toBeLessThan(0);
  expect(band.above).toBeGreaterThan(0);
  expect(divergence(below * band.below!)).toBeCloseTo(0.1, 2.5);
  expect(divergence(above * band.above!)).toBeCloseTo(0.1, 2.5);
  expect(asked.every(([other]) => other === 0)).toBe(true);
});

test('what is not reached up to the farthest is null', async () => {
  const far = await mildBand(model(0.01, 1, []), options);
  expect(far.below).toBeNull();
  expect(far.above).not.toBeNull();
  expect(divergence(0.01 * farthest)).toBeLessThan(0.1);
});

test('a strength beyond what float32 holds is not mild', async () => {
  const infinite = model(1e39, 0.01, []);
  const { below, above } = await mildBand(infinite, options);
  expect(below).toBeLessThan(0);
  expect(below).toBeGreaterThan(-0.25);
  expect(above).toBeNull();
});

test('progress goes to its end, and an abort ends it', async () => {
  const told: number[] = [];
  await mildBand(model(1, 1, []), { ...options, onText: (done, total) => told.push(done / total) });
  expect(told).toEqual([0.25, 0.5, 0.75, 1]);
  const aborted = { ...options, signal: AbortSignal.abort() };
  await expect(mildBand(model(1, 1, []), aborted)).rejects.toThrow();
});
