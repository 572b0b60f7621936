import { expect, test } from 'vitest';
import { clauseOf } from '../../../server/recipes/clauseOf.ts';
import { unmarked } from './marked.ts';

const tensor = 'model.layers.3.self_attn.q_proj.weight';

test.each([
  [
    'the pattern',
    'positive: a\nnegative: b\ninclude: ["*.mlp.*", «"*.q_proj.*"»]\nmodules: [attention]\n',
    tensor,
  ],
  [
    'the module',
    'positive: a\nnegative: b\nlayers: 0-4\nmodules:\n  - mlp\n  - «attention» # looks\n',
    tensor,
  ],
  ['the layers', 'positive: a\nnegative: b\nlayers: «0-4»\n', tensor],
  ['one of several ranges', 'positive: a\nnegative: b\nlayers: [0, «2-4»]\n', tensor],
  ['the direction', 'positive: «a»\nnegative: b\nexclude: ["*.0.*"]\n', tensor],
  ['the direction, for what has no layer', 'positive: «a»\nnegative: b\nlayers: 0-4\n', 'lm_head.weight'],
  [
    'the direction that has it',
    'directions:\n  - {name: x, positive: a, negative: b, layers: 9}\n  - «{name: y, positive: a, negative: c}»\n',
    tensor,
  ],
  [
    'its own layers',
    'directions:\n  - {name: x, positive: a, negative: b, modules: [mlp]}\n  - name: y\n    path: c\n    layers: «3»\n',
    tensor,
  ],
])('%s lets a tensor through', (_, marked, name) => {
  const { text, ranges } = unmarked(marked);
  expect(clauseOf({ path: '/x', text, tensor: name }).range).toEqual(ranges[0]);
});

test.each([
  ['positive: a\nnegative: b\nlayers: 9-\n', 'nothing-selected'],
  ['positive: a\n', 'invalid-recipe'],
])('%j is refused', (text, code) => {
  expect(() => clauseOf({ path: '/x', text, tensor })).toThrow(expect.objectContaining({ code }));
});
