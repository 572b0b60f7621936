import { describe, expect, test } from 'vitest';
import type { Restriction } from '#protocol/recipes.ts';
import { applyChanges } from '../../../server/recipes/applyChanges.ts';
import { restrictRecipe } from '../../../server/recipes/restrictRecipe.ts';

const head = 'positive: a # more\nnegative: b\n';
const attention = ['q_proj', 'k_proj'].map((name) => ({ name, group: 'attention' }) as const);
const up = { name: 'up_proj', group: 'mlp' } as const;

function restricted(text: string, restriction: Restriction) {
  const { changes, message } = restrictRecipe({ path: '/work/x.steer.yaml', text, restriction });
  return { text: applyChanges(text, changes), message };
}

describe('a key that is not there', () => {
  test.each([
    ['goes behind what is there', head, `${head.trimEnd()}\n\nlayers: 1-2\n`],
    [
      'goes before output and what is said of it',
      `${head}strength: 1 # all\n\n# Where.\noutput:\n  path: out # here\n`,
      `${head}strength: 1 # all\n\nlayers: 1-2\n\n# Where.\noutput:\n  path: out # here\n`,
    ],
    [
      'goes behind its like',
      `${head}modules: # which\n  - mlp # all of it\n# rank: 8\n\nstrength: 1\n`,
      `${head}modules: # which\n  - mlp # all of it\nlayers: 1-2\n# rank: 8\n\nstrength: 1\n`,
    ],
    ['needs no line break at the end', head.trimEnd(), `${head.trimEnd()}\n\nlayers: 1-2`],
    [
      'keeps the line breaks of Windows',
      'positive: a\r\nnegative: b\r\n',
      'positive: a\r\nnegative: b\r\n\r\nlayers: 1-2\r\n',
    ],
    ['goes into braces', '{ positive: a, negative: b }\n', '{ positive: a, negative: b, layers: 1-2 }\n'],
    [
      'is of the whole, whatever its directions say',
      'directions:\n  - positive: a\n    negative: b\n    layers: 0-9 # its own\n',
      'directions:\n  - positive: a\n    negative: b\n    layers: 0-9 # its own\n\nlayers: 1-2\n',
    ],
  ])('%s', (_, text, expected) => {
    expect(restricted(text, { layers: { first: 1, last: 2 } }).text).toBe(expected);
  });

  test('modules and layers go in together, in the order of recipes', () => {
    const { text, message } = restricted(head, { layers: { first: 3, last: 3 }, modules: attention });
    expect(text).toBe(`${head}\nmodules: [q_proj, k_proj]\nlayers: 3\n`);
    expect(message).toBe('`modules` is [q_proj, k_proj] now. `layers` is 3 now.');
  });

  test('names of tensors are patterns that match them alone', () => {
    const { text } = restricted(head, { include: ['a*b.weight', 'model.layers.0.x.weight'] });
    expect(text).toContain('include: ["a\\\\*b.weight", model.layers.0.x.weight]\n');
  });
});

describe('a key that is there', () => {
  test.each([
    ['4-20', '4-6'],
    ['"0-"', '2-6'],
    ['5', '5'],
    ['2-6', '2-6'],
    ['[0-3, 5-9] # both', '[2-3, 5-6] # both'],
    ['\n  - 0-3 # early\n  - 5-9\n  - 11-12 # late', '\n  - 2-3 # early\n  - 5-6'],
  ])('layers: %s meets 2-6 as %s', (own, expected) => {
    expect(restricted(`${head}layers: ${own}\n`, { layers: { first: 2, last: 6 } }).text).toBe(
      `${head}layers: ${expected}\n`,
    );
  });

  test.each([
    ['[attention, mlp]', '[q_proj, k_proj, up_proj]'],
    ['["q_proj", norms]', '["q_proj"]'],
    [
      '\n  - mlp # thinks\n  # and\n  - attention # looks',
      '\n  - up_proj # thinks\n  # and\n  - q_proj # looks\n  - k_proj',
    ],
  ])('modules: %s become %s', (own, expected) => {
    expect(restricted(`${head}modules: ${own}\n`, { modules: [...attention, up] }).text).toBe(
      `${head}modules: ${expected}\n`,
    );
  });

  test('patterns become the names that they let through', () => {
    const text = `${head}include: ["*.q.*", "x?"]\n`;
    expect(restricted(text, { include: ['a.q.b', 'a.k.b', 'xy'] }).text).toBe(
      `${head}include: [a.q.b, xy]\n`,
    );
  });

  test('what it says already is no edit', () => {
    const { changes, message } = restrictRecipe({
      path: '/x',
      text: `${head}layers: 2-6\n`,
      restriction: { layers: { first: 0, last: 9 } },
    });
    expect(changes).toEqual([]);
    expect(message).toBe('The recipe is restricted to this already.');
  });

  test('include and exclude hold besides, and what is outside layers is told of', () => {
    const { message } = restricted(`${head}include: ["*"]\nexclude: ["*.0.*"]\n`, {
      layers: { first: 1, last: 2 },
    });
    expect(message).toBe(
      '`layers` is 1-2 now. What `include` and `exclude` says holds besides. Tensors outside layers move as before.',
    );
  });
});

test.each([
  [`${head}layers: 0-3\n`, 'nothing-selected', /`layers` lets nothing through/],
  ['positive: a\n', 'invalid-recipe', /has errors/],
  [`${head}layers: 0-3\nlayers: 5-9\n`, 'invalid-recipe', /has errors/],
])('%j is refused', (text, code, message) => {
  const restrict = () => restricted(text, { layers: { first: 5, last: 9 } });
  expect(restrict).toThrow(message);
  expect(restrict).toThrow(expect.objectContaining({ code }));
});
