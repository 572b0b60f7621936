import { expect, test } from 'vitest';
import { chooseToken } from '../../../server/generation/sampling.ts';

const shares = [0.5, 0.05, 0.3, 0.15];
const logits = Float32Array.from(shares, Math.log);
const free = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 3 };
const draws = 20_000;

function counts(sampling: typeof free): readonly number[] {
  const found = [0, 0, 0, 0];
  for (let step = 0; step < draws; step++) found[chooseToken(logits, step, sampling)]! += 1 / draws;
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
