import { expect, test } from 'vitest';
import type { VocabularyReading, VocabularyRow } from '#protocol/vocabulary.ts';
import { vocabularyText } from '../../../server/cli/vocabularyText.ts';

function reading(word: string, kurtosis: number | null): VocabularyReading {
  return {
    promoted: [{ id: 7, text: word, score: 4 }],
    suppressed: [{ id: 9, text: null, score: -3 }],
    kurtosis,
  };
}

function row(layer: number, kurtosis: number | null): VocabularyRow {
  const name = `model.layers.${layer}.mlp.down_proj.weight`;
  const [own, random] = [reading(`·yes${layer}`, kurtosis), reading('·sea', 0.1)];
  return { name, layer, module: 'down_proj', vector: 0, sigma: 2, energy: 0.5, reading: own, random };
}

const result = { name: 'honest', norm: 'model.norm.weight', unembedding: 'lm_head.weight' };

test('every vector stands beside a random direction, both ends of both, what names tokens most first', () => {
  const text = vocabularyText({ ...result, rows: [row(0, null), row(1, 0.5), row(2, 40)] });
  const blocks = text.split('\n\n');
  expect(blocks[0]).toBe('honest: 3 singular vectors through model.norm.weight and lm_head.weight.');
  expect(blocks[1]).toBe(
    [
      'model.layers.2.mlp.down_proj.weight: σ 2.00, 50.0 % of ‖w‖² there, kurtosis 40.0 (random 0.100)',
      '  promoted           ·yes2 4.00',
      '  suppressed         #9 -3.00',
      '  random, promoted   ·sea 4.00',
      '  random, suppressed #9 -3.00',
    ].join('\n'),
  );
  expect(blocks.slice(2, 4).map((block) => block.slice(0, 14))).toEqual(['model.layers.1', 'model.layers.0']);
});

test('without rows there is a heading alone', () => {
  expect(vocabularyText({ ...result, rows: [] })).toMatch(/^honest: 0 singular vectors/);
});
