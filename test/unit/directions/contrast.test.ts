import { describe, expect, test } from 'vitest';
import { contrast } from '../../../server/directions/contrast.ts';
import type { FineTune } from '../../../server/directions/fineTune.ts';
import { isLowRank } from '../../../server/directions/terms.ts';
import type { AdapterTensor, Checkpoint } from '../../../server/models/model.ts';
import { Warnings } from '../../../server/warnings.ts';
import { adapter, brief, checkpoint, factors, fineTune, stored } from './samples.ts';

const q = 'layers.0.q_proj.weight';
const up = 'layers.0.up_proj.weight';
const base = checkpoint('base', [stored('base', q), stored('base', up)]);

function difference(
  positive: FineTune,
  negative: FineTune,
  known: Checkpoint | undefined = base,
  tied = false,
) {
  const warnings = new Warnings();
  const roles = tied ? { embedding: 'embed_tokens.weight', head: 'lm_head.weight' } : undefined;
  const direction = contrast({ name: 'w', positive, negative, base: known, tied: roles }, warnings);
  const terms = [...direction.tensors].map(([name, tensor]) => [name, tensor.terms.map(brief)] as const);
  return { direction, terms: Object.fromEntries(terms), warnings: warnings.list() };
}

const onBase = (file: string, tensor = q, scale = 2) =>
  fineTune({ checkpoint: base, adapter: adapter(file, { factors: [factors(file, tensor, scale)] }) });

function saved(file: string, name: string): AdapterTensor {
  return { tensor: name, stored: stored(file, name), role: 'replace', scale: 1 };
}

function having(file: string, ...tensors: Parameters<typeof checkpoint>[1]): FineTune {
  return fineTune({ checkpoint: checkpoint(file, tensors) });
}

describe('every pairing', () => {
  test('two adapters: their factors side by side, and the base goes out', () => {
    const { terms, direction } = difference(onBase('plus'), onBase('minus', q, 3));
    expect(terms).toEqual({
      [q]: [
        `2 plus:layers.0.q_proj.lora_B.weight layers.0.q_proj.lora_A.weight`,
        `-3 minus:layers.0.q_proj.lora_B.weight layers.0.q_proj.lora_A.weight`,
      ],
    });
    expect(direction.tensors.get(q)?.terms.every(isLowRank)).toBe(true);
    expect(direction.tensors.get(q)?.shape).toEqual([4, 6]);
  });

  test('two adapters on different modules move both', () => {
    expect(Object.keys(difference(onBase('plus', up), onBase('minus')).terms)).toEqual([q, up]);
  });

  test('two checkpoints: one minus the other, tensor by tensor', () => {
    const plus = fineTune({ checkpoint: checkpoint('plus', [stored('plus', q), stored('plus', up)]) });
    const minus = fineTune({ checkpoint: checkpoint('minus', [stored('minus', up), stored('minus', q)]) });
    expect(difference(plus, minus).terms).toEqual({
      [q]: [`1 plus:${q}`, `-1 minus:${q}`],
      [up]: [`1 plus:${up}`, `-1 minus:${up}`],
    });
  });

  test('an adapter and the base: the factors alone', () => {
    expect(difference(onBase('plus'), fineTune({ checkpoint: base })).terms).toEqual({
      [q]: [`2 plus:layers.0.q_proj.lora_B.weight layers.0.q_proj.lora_A.weight`],
    });
  });

  test('an adapter and a checkpoint: the base stays in, for every tensor', () => {
    const minus = fineTune({ checkpoint: checkpoint('minus', [stored('minus', q), stored('minus', up)]) });
    expect(difference(onBase('plus'), minus).terms).toEqual({
      [q]: [
        `1 base:${q}`,
        `2 plus:layers.0.q_proj.lora_B.weight layers.0.q_proj.lora_A.weight`,
        `-1 minus:${q}`,
      ],
      [up]: [`1 base:${up}`, `-1 minus:${up}`],
    });
  });

  test('an adapter on a checkpoint and that checkpoint: the factors alone', () => {
    const other = checkpoint('other', [stored('other', q), stored('other', up)]);
    const positive = fineTune({
      checkpoint: other,
      adapter: adapter('plus', { factors: [factors('plus', up)] }),
    });
    expect(Object.keys(difference(positive, fineTune({ checkpoint: other })).terms)).toEqual([up]);
  });

  test('two adapters without a base', () => {
    const alone = (file: string) => fineTune({ adapter: adapter(file, { factors: [factors(file, q)] }) });
    expect(difference(alone('plus'), alone('minus'), undefined).terms[q]).toHaveLength(2);
  });

  test('a fine-tune and itself: nothing', () => {
    expect(difference(onBase('plus'), onBase('plus')).terms).toEqual({});
  });
});

describe('tensors that an adapter holds whole', () => {
  test('on both sides, they are subtracted, and the base goes out', () => {
    const of = (file: string) =>
      fineTune({ checkpoint: base, adapter: adapter(file, { whole: [saved(file, up)] }) });
    expect(difference(of('plus'), of('minus')).terms).toEqual({ [up]: [`1 plus:${up}`, `-1 minus:${up}`] });
  });

  test('on one side, they are counted from the base', () => {
    const plus = fineTune({ checkpoint: base, adapter: adapter('plus', { whole: [saved('plus', up)] }) });
    expect(difference(plus, onBase('minus')).terms[up]).toEqual([`1 plus:${up}`, `-1 base:${up}`]);
  });

  test('without a base, on one side, they are refused by name', () => {
    const plus = fineTune({ adapter: adapter('plus', { whole: [saved('plus', up)] }) });
    const minus = fineTune({ adapter: adapter('minus', { factors: [factors('minus', q)] }) });
    expect(() => difference(plus, minus, undefined)).toThrow(
      expect.objectContaining({ code: 'base-not-found', tensor: up }),
    );
  });

  test('a change with a factor adds to what is below it', () => {
    const added: AdapterTensor = { tensor: q, stored: stored('plus', q), role: 'add', scale: 0.5 };
    const plus = fineTune({ checkpoint: base, adapter: adapter('plus', { whole: [added] }) });
    expect(difference(plus, fineTune({ checkpoint: base })).terms[q]).toEqual([`0.5 plus:${q}`]);
  });
});

describe('tied embeddings', () => {
  const embedding = 'embed_tokens.weight';
  const head = 'lm_head.weight';
  const tied = checkpoint('base', [stored('base', embedding), stored('base', q)], true);
  const trained = (file: string, tensors: readonly string[], tying = false) => {
    const of = adapter(file, { factors: tensors.map((tensor) => factors(file, tensor)), tying });
    return fineTune({ checkpoint: tied, adapter: of });
  };

  test('left alone, they are one tensor that does not move', () => {
    const { direction } = difference(trained('plus', [q]), trained('minus', [q]), tied, true);
    expect(direction.untied).toBe(false);
    expect([...direction.tensors.keys()]).toEqual([q]);
  });

  test('trained in one role only, the head stands apart', () => {
    const { direction } = difference(trained('plus', [embedding]), trained('minus', [q]), tied, true);
    expect(direction.untied).toBe(true);
    expect([...direction.tensors.keys()]).toEqual([embedding, q]);
  });

  test('trained as a head only, the embedding stays', () => {
    const { direction, terms } = difference(
      trained('plus', [head]),
      fineTune({ checkpoint: tied }),
      tied,
      true,
    );
    expect(direction.untied).toBe(true);
    expect(Object.keys(terms)).toEqual([head]);
  });

  test('trained with ensure_weight_tying, both roles move as one', () => {
    const { direction } = difference(
      trained('plus', [embedding], true),
      fineTune({ checkpoint: tied }),
      tied,
      true,
    );
    expect(direction.untied).toBe(false);
    expect([...direction.tensors.keys()]).toEqual([embedding]);
  });

  test('two tied checkpoints move the one tensor', () => {
    const of = (file: string) => fineTune({ checkpoint: checkpoint(file, [stored(file, embedding)], true) });
    const { direction } = difference(of('plus'), of('minus'), tied, true);
    expect(direction.untied).toBe(false);
    expect([...direction.tensors.keys()]).toEqual([embedding]);
  });

  test('a checkpoint that stores a head of its own is not tied any more', () => {
    const own = checkpoint('plus', [stored('plus', embedding), stored('base', q), stored('plus', head)]);
    const { direction, terms } = difference(
      fineTune({ checkpoint: own }),
      fineTune({ checkpoint: tied }),
      undefined,
      true,
    );
    expect(direction.untied).toBe(true);
    expect(terms[head]).toEqual([`1 plus:${head}`, `-1 base:${embedding}`]);
  });
});

describe('what cannot be subtracted', () => {
  test('a tensor of one side only is refused by name', () => {
    expect(() => difference(having('plus', stored('plus', q)), having('minus'), undefined)).toThrow(
      expect.objectContaining({ code: 'missing-tensor', subject: '/minus', tensor: q }),
    );
  });

  test.each(['layers.0.self_attn.rotary_emb.inv_freq', 'h.0.attn.bias', 'h.0.attn.masked_bias'])(
    '%s is computed by the model, and left out aloud',
    (name) => {
      const { terms, warnings } = difference(
        having('plus', stored('plus', name)),
        having('minus'),
        undefined,
      );
      expect(terms).toEqual({});
      expect(warnings).toMatchObject([{ code: 'computed-tensor', tensor: name }]);
    },
  );

  test('two shapes are refused with both', () => {
    const plus = having('plus', stored('plus', q, [4, 6]));
    const minus = having('minus', stored('minus', q, [4, 7]));
    expect(() => difference(plus, minus, undefined)).toThrow(/\[4, 7\].*\[4, 6\]/);
  });

  test('integers are no weights, and left out aloud', () => {
    const plus = having('plus', stored('plus', 'position_ids', [1], 'I64'));
    const minus = having('minus', stored('minus', 'position_ids', [1], 'I64'));
    const { terms, warnings } = difference(plus, minus, undefined);
    expect(terms).toEqual({});
    expect(warnings).toMatchObject([{ code: 'integer-tensor' }]);
  });

  test.each(['I8', 'U8', 'I32'] as const)('weights packed into %s are refused by name', (dtype) => {
    const side = (file: string) => having(file, stored(file, 'q_proj.qweight', [4, 6], dtype));
    expect(() => difference(side('plus'), side('minus'), undefined)).toThrow(
      expect.objectContaining({ code: 'unsupported-dtype', tensor: 'q_proj.qweight' }),
    );
  });

  test('a quantised dtype is refused by name', () => {
    const plus = having('plus', stored('plus', q, [4, 6], 'F8_E8M0'));
    const minus = having('minus', stored('minus', q, [4, 6], 'F8_E8M0'));
    expect(() => difference(plus, minus, undefined)).toThrow(/F8_E8M0/);
  });
});
