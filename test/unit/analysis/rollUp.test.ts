import { describe, expect, test } from 'vitest';
import { rollUp } from '../../../server/analysis/rollUp.ts';
import { sampleAnalysis } from '../../support/analysisSamples.ts';

describe('what tensors come to together', () => {
  const { tensors, norm } = sampleAnalysis({ layers: 6, isWhole: true });
  const { all, embeddings, head, body, layers, modules } = rollUp(tensors);

  test('is all of it in every way of cutting it', () => {
    expect(all.share).toBeCloseTo(1, 12);
    expect(all.norm).toBeCloseTo(norm!, 12);
    expect(total([embeddings, head, body])).toBeCloseTo(1, 12);
    expect(total(modules)).toBeCloseTo(1, 12);
    expect(total(layers)).toBeCloseTo(1 - embeddings.share! - head.share!, 12);
    expect(total(tensors)).toBeCloseTo(1, 12);
    expect(modules.reduce((sum, part) => sum + part.tensors, 0)).toBe(tensors.length);
  });

  test('has the norms of layers ascending, and embeddings apart', () => {
    expect(layers.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4, 5]);
    const third = tensors.filter(({ layer }) => layer === 3);
    expect(layers[3]!.norm).toBeCloseTo(Math.hypot(...third.map((one) => one.norm!)), 12);
    expect(layers[3]!.baseNorm).toBeCloseTo(Math.hypot(...third.map((one) => one.baseNorm!)), 12);
    expect(layers[3]!.relativeNorm).toBeCloseTo(layers[3]!.norm! / layers[3]!.baseNorm!, 12);
    expect(embeddings).toMatchObject({ tensors: 1, norm: 1.4 });
    expect(head).toMatchObject({ tensors: 1, norm: 1.1 });
    expect(body.tensors).toBe(tensors.length - 2);
  });

  test('finds the one layer that moves', () => {
    const hot = tensors.map((one) => ({ ...one, norm: one.layer === 4 ? one.norm : 1e-6 }));
    const shares = rollUp(hot).layers.map(({ share }) => share!);
    expect(shares[4]).toBeGreaterThan(0.999);
    expect(Math.max(...shares.filter((_, layer) => layer !== 4))).toBeLessThan(1e-6);
  });

  test('has no norm where one of its tensors has none, and only there', () => {
    const broken = tensors.map((one) =>
      one.layer === 2 && one.module === 'q_proj' ? { ...one, norm: null } : one,
    );
    const rolled = rollUp(broken);
    expect(rolled.layers.map((one) => one.norm === null)).toEqual([false, false, true, false, false, false]);
    expect(rolled.layers.map(({ share }) => share)).toEqual([null, null, null, null, null, null]);
    expect(rolled.all).toMatchObject({ norm: null, share: null });
    expect(rolled.embeddings.norm).toBe(1.4);
  });
});

function total(parts: readonly { readonly share: number | null }[]): number {
  return parts.reduce((sum, { share }) => sum + (share ?? Number.NaN), 0);
}
