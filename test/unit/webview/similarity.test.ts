import { describe, expect, test } from 'vitest';
import { toHex } from '../../../webview/color.ts';
import { similarityCsv as similarityCsvOfSteer } from '../../../server/cli/similarityText.ts';
import { similarityCsv } from '../../../webview/similarity/csv.ts';
import { nullText } from '../../../webview/similarity/nullText.ts';
import { layersOf, pairOf, rankedPairs } from '../../../webview/similarity/pairs.ts';
import { divergingColor, divergingRamp, divergingScale } from '../../../webview/similarity/scale.ts';
import { sliceChoices, sliceOf } from '../../../webview/similarity/slices.ts';
import { paper } from '../../../webview/theme.ts';
import { sampleSimilarity } from '../../support/similaritySamples.ts';

const result = sampleSimilarity(5);

describe('pairs', () => {
  test('every pair is there once, the furthest from chance first and the unknown last', () => {
    const pairs = rankedPairs(result, result.flags);
    expect(new Set(pairs.map(({ a, b }) => `${a}-${b}`)).size).toBe(10);
    expect(pairs).toHaveLength(10);
    expect(pairs[0]).toMatchObject({ a: 0, b: 1, cosine: 0.5, z: 50 });
    const known = pairs.slice(0, 6).map(({ z }) => Math.abs(z ?? Number.NaN));
    expect(known).toEqual(known.toSorted((x, y) => y - x));
    expect(pairs.slice(6).map(({ b, z }) => [b, z])).toEqual(Array.from({ length: 4 }, () => [4, null]));
  });

  test('a negative pair ranks by its distance from chance', () => {
    const slice = {
      cosine: [
        [1, 0.1, -0.4],
        [0.1, 1, 0.2],
        [-0.4, 0.2, 1],
      ],
      z: [
        [null, 1, -4],
        [1, null, 2],
        [-4, 2, null],
      ],
      norms: [1, 1, 1],
    };
    expect(rankedPairs(slice, []).map(({ z }) => z)).toEqual([-4, 2, 1]);
  });

  test('without z pairs rank by cosine', () => {
    const z = result.z.map((row) => row.map(() => null));
    expect(rankedPairs({ ...result, z }, [])[0]).toMatchObject({ a: 0, b: 1, z: null });
  });

  test('a flag concerns its pair in either order, and no other', () => {
    expect(pairOf(result, result.flags, 1, 0)).toEqual(pairOf(result, result.flags, 0, 1));
    expect(pairOf(result, result.flags, 1, 0).flags).toEqual(result.flags);
    expect(pairOf(result, result.flags, 0, 2).flags).toEqual([]);
  });

  test('the strip has each layer, with null where a subject does not reach', () => {
    expect(layersOf(result, 0, 1).map(({ layer, z }) => [layer, z])).toEqual(
      [0, 1, 2, 3].map((n) => [n, 50]),
    );
    expect(layersOf(result, 0, 4)[2]).toEqual({ layer: 2, cosine: null, z: null });
  });
});

describe('slices', () => {
  test('are the whole model, the rest without embeddings and each module type', () => {
    const slices = sliceChoices(result).map((choice) => sliceOf(result, choice));
    expect(slices).toEqual([result, result.withoutEmbeddings, ...result.modules]);
  });

  test('of a module type that is not there any more, the whole model is shown', () => {
    expect(sliceOf(result, { kind: 'module', module: 'gone' })).toBe(result);
  });
});

describe('the scale', () => {
  test('is of z, symmetric, and does not end at the cosine of a subject with itself', () => {
    const cosine = [
      [1, 0.02],
      [0.02, 1],
    ];
    const z = [
      [null, -2],
      [-2, null],
    ];
    expect(divergingScale({ cosine, z, norms: [1, 1] })).toEqual({ of: 'z', top: 2, beyond: null });
    const without = z.map(() => [null, null]);
    expect(divergingScale({ cosine, z: without, norms: [1, 1] })).toMatchObject({ of: 'cosine', top: 0.02 });
  });

  test('goes from orange through the background to blue, and stays at its ends beyond', () => {
    const scale = { top: 2, beyond: 9 };
    const hex = (value: number) => toHex(divergingColor(value, scale, paper));
    expect([hex(-2), hex(0), hex(2)]).toEqual(['#e08214', '#ffffff', '#084096']);
    expect([hex(-9), hex(9)]).toEqual([hex(-2), hex(2)]);
    expect(new Set([hex(-1), hex(1), hex(0)]).size).toBe(3);
  });

  test('in steps is the same colour, as near as the eye can tell', () => {
    const scale = { top: 2, beyond: 9 };
    const ramp = divergingRamp(scale, paper);
    const hex = (value: number) => toHex(divergingColor(value, scale, paper));
    for (const value of [-9, -2, 0, 1, 2, 9]) expect(ramp(value)).toBe(hex(value));
    expect(divergingRamp({ top: 0, beyond: null }, paper)(0)).toBe('#ffffff');
  });

  test('of nothing but zeros draws the background', () => {
    expect(toHex(divergingColor(0, { top: 0, beyond: null }, paper))).toBe('#ffffff');
  });
});

describe('the null in words', () => {
  const draws = result.null;
  test.each([
    [
      draws,
      'z counts in standard deviations of the cosine with random directions of the same norms and singular values; over all pairs of the whole model that is 0.0100.',
    ],
    [
      { ...draws, kind: 'controls', count: 2, names: ['sea', 'sky'] },
      'z counts in standard deviations of the cosine with 2 controls (sea, sky); over all pairs of the whole model that is 0.0100.',
    ],
    [
      { ...draws, kind: 'controls', count: 1, names: ['sea'], sigma: null },
      'The cosine with 1 control (sea) has no standard deviation over the whole model to count z in.',
    ],
  ] as const)('%#', (report, words) => {
    expect(nullText(report)).toBe(words);
  });
});

describe('the CSV file', () => {
  const layers = result.layers.length;
  const lines = similarityCsv({ ...result, names: ['=a', 'b,c', 'd', 'e', 'f'] }).split('\r\n');

  test('has a line for each pair of each part, with all digits', () => {
    expect(lines).toHaveLength(1 + (2 + layers + result.modules.length) * 10 + 1);
    expect(lines[0]).toBe('part,a,b,cosine,z,norm_a,norm_b,flags');
    expect(lines[1]).toBe(`model,'=a,"b,c",0.5,50,1,2,same-direction`);
  });

  test('leaves empty what is not known', () => {
    expect(lines.filter((line) => /,,,\d,0,$/.test(line))).toHaveLength(
      4 * (2 + layers + result.modules.length),
    );
  });

  test('is that of the command line', () => {
    expect(similarityCsv(result).trimEnd().replaceAll('\r\n', '\n')).toBe(similarityCsvOfSteer(result));
    expect(lines.filter((line) => line.startsWith('layer 2,'))).toHaveLength(10);
  });
});
