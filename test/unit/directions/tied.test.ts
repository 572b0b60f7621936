import { describe, expect, test } from 'vitest';
import { contrast } from '../../../server/directions/contrast.ts';
import { type FineTune, valueOf } from '../../../server/directions/fineTune.ts';
import { toDirection } from '../../../server/directions/stored.ts';
import type { Direction } from '../../../server/directions/term.ts';
import type { DirectionManifest, StoredDirection } from '../../../server/models/model.ts';
import { Warnings } from '../../../server/warnings.ts';
import { adapter, brief, checkpoint, factors, fineTune, stored } from './samples.ts';

const embedding = 'model.embed_tokens.weight';
const head = 'lm_head.weight';
const roles = { embedding, head };
const tiedFile = (file: string): FineTune =>
  fineTune({ checkpoint: checkpoint(file, [stored(file, embedding)], true) });
const twoFile = (file: string) => checkpoint(file, [stored(file, head), stored(file, embedding)]);

function terms({ tensors }: Direction): Record<string, readonly string[]> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, tensor.terms.map(brief)]));
}

describe('fine-tunes that tie their embeddings', () => {
  const moved = [`1 plus:${embedding}`, `-1 minus:${embedding}`];

  test('move both tensors of a base that has two', () => {
    const [positive, negative] = [tiedFile('plus'), tiedFile('minus')];
    const w = contrast(
      { name: 'w', positive, negative, base: twoFile('base'), tied: undefined },
      new Warnings(),
    );
    expect(terms(w)).toEqual({ [embedding]: moved, [head]: moved });
    expect(w.untied).toBe(false);
  });

  test('are worth the same in both roles when they are compared with such a base', () => {
    const base = twoFile('base');
    const sides = { positive: tiedFile('plus'), negative: fineTune({ checkpoint: base }) };
    expect(terms(contrast({ name: 'w', ...sides, base, tied: undefined }, new Warnings()))).toEqual({
      [head]: [`1 plus:${embedding}`, `-1 base:${head}`],
      [embedding]: [`1 plus:${embedding}`, `-1 base:${embedding}`],
    });
  });

  test('invent no head where the base has none', () => {
    const base = checkpoint('base', [stored('base', embedding)]);
    const sides = { positive: tiedFile('plus'), negative: tiedFile('minus') };
    expect(terms(contrast({ name: 'w', ...sides, base, tied: undefined }, new Warnings()))).toEqual({
      [embedding]: moved,
    });
  });
});

describe('a stored direction', () => {
  const manifest: DirectionManifest = {
    format: 'weight-steering-direction',
    version: 1,
    name: 'w',
    base: null,
    recipe: {},
    norm: 1,
    layers: 1,
    complete: false,
    created: '',
    tool: '',
  };
  const keeping = (
    facts: Pick<DirectionManifest, 'tied' | 'untied'>,
    ...names: readonly string[]
  ): StoredDirection => ({
    kind: 'direction',
    reference: 'w',
    path: '/w',
    manifest: { ...manifest, ...facts },
    dense: new Map(names.map((name) => [name, stored('w', name)])),
    files: [],
    warnings: [],
  });
  const one = { [embedding]: [`1 w:${embedding}`] };
  const both = { ...one, [head]: [`1 w:${embedding}`] };

  test.each([
    ['of one tensor with two roles, on one: that', { tied: roles }, roles, one, false],
    ['of one tensor with two roles, on two: both', { tied: roles }, undefined, both, false],
    ['of one of two tensors, on one with two roles: one role', { tied: null }, roles, one, true],
    ['of one of two tensors, on two: that', { tied: null }, undefined, one, false],
    ['of one role, on two: that', { tied: roles, untied: true }, undefined, one, false],
    ['of nobody knows what, on one: that', {}, roles, one, false],
    ['of nobody knows what, on two: that', {}, undefined, one, false],
  ])('%s', (_, facts, tied, moves, untied) => {
    const w = toDirection(keeping(facts, embedding), tied);
    expect(terms(w)).toEqual(moves);
    expect(w.untied).toBe(untied);
  });

  test('that moves neither role leaves them tied', () => {
    expect(toDirection(keeping({ tied: null }, 'model.norm.weight'), roles).untied).toBe(false);
  });
});

test.each([
  ['embed_tokens', 2],
  ['wte', 1],
])('ensure_weight_tying reaches the head from %s as far as PEFT knows embeddings', (name, count) => {
  const tensor = `transformer.${name}.weight`;
  const on = checkpoint('base', [stored('base', tensor)], true);
  const model = fineTune({
    checkpoint: on,
    adapter: adapter('plus', { factors: [factors('plus', tensor)], tying: true }),
  });
  expect(valueOf(model, head, { embedding: tensor, head })).toHaveLength(count);
});
