import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../server/models/model.ts';
import { renamed } from '../../../server/models/renamed.ts';
import { namesOf } from './architectures.ts';

const lm = namesOf('gpt2');
/** As on the Hub: no prefix, and the causal masks that older versions stored. */
const hub = [...lm.map(withoutPrefix), 'h.0.attn.bias', 'h.1.attn.bias'];

test('gives a fine-tune of GPT-2 the names of the Hub', () => {
  const fineTune = renamed(checkpoint(lm), checkpoint(hub));
  expect([...fineTune.tensors.keys()]).toEqual(lm.map(withoutPrefix));
  expect([...fineTune.tensors.values()].map(({ name }) => name)).toEqual(lm.map(withoutPrefix));
  expect(fineTune.files.map(({ tensors }) => tensors)).toEqual([lm.map(withoutPrefix)]);
});

test('gives a model of the Hub the names of a base with a prefix; what the base lacks keeps its own', () => {
  const fineTune = renamed(checkpoint(hub), checkpoint(lm));
  expect([...fineTune.tensors.keys()]).toEqual([...lm, 'h.0.attn.bias', 'h.1.attn.bias']);
});

test('points to the same bytes', () => {
  const before = checkpoint(lm);
  expect(placesIn(renamed(before, checkpoint(hub)))).toEqual(placesIn(before));
});

test('leaves the head its name, which has no prefix to lose', () => {
  const names = namesOf('llama');
  const bare = names.map((name) => name.replace(/^model\./, ''));
  expect([...renamed(checkpoint(names), checkpoint(bare)).tensors.keys()]).toEqual(bare);
  expect([...renamed(checkpoint(bare), checkpoint(names)).tensors.keys()]).toEqual(names);
});

test.each<[what: string, own: readonly string[], base: readonly string[]]>([
  ['names that fit as they are', lm, lm],
  ['one tensor more', [...lm, 'value_head.weight'], lm],
  ['one tensor less', lm.slice(1), lm],
  ['another model', lm, namesOf('llama')],
  ['a prefix that is none of those known', lm.map((name) => `module.${name}`), lm],
  ['two prefixes', ['transformer.a.weight', 'model.b.weight'], ['a.weight', 'b.weight']],
  ['more than one way', ['a.weight'], ['model.a.weight', 'transformer.a.weight']],
  [
    'a name that would come twice',
    ['model.a.weight', 'a.weight', 'model.b.weight'],
    ['a.weight', 'b.weight'],
  ],
  ['a head alone', ['lm_head.weight'], ['transformer.lm_head.weight']],
  ['nothing', [], lm],
])('leaves all names as they are: %s', (_, own, base) => {
  const model = checkpoint(own);
  expect(renamed(model, checkpoint(base))).toBe(model);
});

function placesIn({ tensors }: Checkpoint) {
  return [...tensors.values()].map(({ file, offset }) => [file, offset]);
}

function withoutPrefix(name: string): string {
  return name.replace(/^transformer\./, '');
}

function checkpoint(names: readonly string[]): Checkpoint {
  const path = '/models/x/model.safetensors';
  return {
    kind: 'checkpoint',
    reference: 'x',
    path: '/models/x',
    files: [
      { path, size: 1, modifiedMilliseconds: 0, headerSha256: '', metadata: new Map(), tensors: names },
    ],
    tensors: new Map(
      names.map((name, index) => [
        name,
        { name, dtype: 'F32' as const, shape: [1], file: path, offset: index * 4, bytes: 4 },
      ]),
    ),
    tied: false,
    warnings: [],
  };
}
