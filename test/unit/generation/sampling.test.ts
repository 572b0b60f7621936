import { expect, test } from 'vitest';
import { chooseToken } from '../../../server/generation/sampling.ts';
import { seeded } from '../../support/seeded.ts';

const shares = [0.5, 0.05, 0.3, 0.15];
const logits = Float32Array.from(shares, Math.log);
const free = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 3 };
const draws = 20_000;

function counts(sampling: typeof free): readonly number[] {
  const found = [0, 0, 0, 0];
  for (let step = 0; step < draws; step++)
    found[chooseToken(logits, { step, before: [] }, sampling)]! += 1 / draws;
  return found;
}

function square(share: number): number {
  return share * share;
}

// What is left is as likely as before among itself. Five deviations of a share of 20,000 draws are below 0.018.
test.each([
  [{}, shares],
  [{ seed: 2 ** 40 }, shares],
  [{ topK: 2 }, [5 / 8, 0, 3 / 8, 0]],
  [{ topP: 0.75 }, [5 / 8, 0, 3 / 8, 0]],
  [{ topP: 0 }, [1, 0, 0, 0]],
  [{ minP: 0.2 }, [50 / 95, 0, 30 / 95, 15 / 95]],
  [{ temperature: 0.5 }, shares.map((share) => square(share) / 0.365)],
  [{ temperature: 0 }, [1, 0, 0, 0]],
])('with %j tokens come as often as they should', (changes, due) => {
  for (const [id, share] of counts({ ...free, ...changes }).entries())
    expect(Math.abs(share - due[id]!)).toBeLessThan(due[id] === 0 ? 1e-9 : 0.018);
});

/** The filters as they are said, over a sorted vocabulary: what partial selection has to leave. */
function keptSlowly(values: Float32Array, { topK, topP, minP }: typeof free): ReadonlySet<number> {
  const sorted = [...values.keys()].toSorted((a, b) => values[b]! - values[a]! || a - b);
  const first = topK > 0 ? sorted.slice(0, topK) : sorted;
  const weights = first.map((id) => Math.exp(values[id]! - values[first[0]!]!));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  const nucleus = first.filter((_, index) => {
    const isKept = index === 0 || topP === 1 || before < topP * total;
    before += weights[index]!;
    return isKept;
  });
  return new Set(nucleus.filter((_, index) => weights[index]! >= minP));
}

test.each([{ topK: 7 }, { topP: 0.5 }, { topP: 0.999 }, { minP: 0.1 }, { topK: 400, topP: 0.9, minP: 0.01 }])(
  'of a large vocabulary, %j chooses from what sorting would leave',
  (changes) => {
    const random = seeded(7);
    const values = Float32Array.from({ length: 5000 }, () => 6 * random());
    const sampling = { ...free, ...changes };
    const kept = keptSlowly(values, sampling);
    expect(kept.size).toBeLessThan(5000);
    const found = new Set<number>();
    for (let step = 0; step < 300; step++) found.add(chooseToken(values, { step, before: [] }, sampling));
    expect([...found].filter((id) => !kept.has(id))).toEqual([]);
    expect(found.size).toBeGreaterThan(Math.min(kept.size, 100) / 2);
  },
);

// What transformers' RepetitionPenaltyLogitsProcessor does: a positive logit is divided, a negative one multiplied.
test.each([
  [[3, 2, -1], [], 1.6, 0],
  [[3, 2, -1], [0, 0], 1.6, 1],
  [[3, 2, -1], [0, 0], 1.4, 0],
  [[-3, -2, -2.5], [1], 1.3, 2],
  [[-3, -2, -4], [1], 1.2, 1],
])('of %j after %j with the penalty %d the likeliest is %d', (values, before, repetitionPenalty, due) => {
  const sampling = { ...free, temperature: 0, repetitionPenalty };
  expect(chooseToken(Float32Array.from(values), { step: 0, before }, sampling)).toBe(due);
});
