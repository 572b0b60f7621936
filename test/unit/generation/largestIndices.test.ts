import { expect, test } from 'vitest';
import { largestIndices } from '../../../server/generation/largestIndices.ts';
import { seeded } from '../../support/seeded.ts';

test.each([0, 1, 2, 5, 63, 64, 300])(
  'the %d largest are those of sorting, equals in their order',
  (count) => {
    const random = seeded(count);
    for (let round = 0; round < 50; round++) {
      // Few values, so that there are many equals.
      const values = Float32Array.from({ length: 64 }, () => Math.floor(12 * random()));
      const sorted = [...values.keys()].toSorted((a, b) => values[b]! - values[a]! || a - b);
      expect(largestIndices(values, count)).toEqual(sorted.slice(0, count));
    }
  },
);
