import { describe, expect, test } from 'vitest';
import { applyChanges } from '../../../server/recipes/applyChanges.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import { strengthEdits } from '../../../server/recipes/strengthEdits.ts';

function edited(text: string, strengths: readonly number[]): string {
  return applyChanges(text, strengthEdits(text, { path: '/a.steer.yaml', strengths }));
}

const head = '# Why\nbase: base # here\npositive: a\nnegative: b\n';
const output = 'output:\n  path: out\n';

describe('of one direction', () => {
  test.each([
    [`${head}strength: 1 # far\n${output}`, `${head}strength: -0.6 # far\n${output}`],
    [`${head}strength: [-1, 1]\n${output}`, `${head}strength: -0.6\n${output}`],
    [`${head}strength:\n  - 1\n  - 2\n${output}`, undefined],
    [`${head}strength:\n${output}`, `${head}strength: -0.6\n${output}`],
    [`${head}${output}`, `${head}strength: -0.6\n${output}`],
    [
      head,
      '# Why\nstrength: -0.6\nbase: base # here\npositive: a\nnegative: b\noutput:\n  path: out/{name}-{strength}\n',
    ],
    [
      '{positive: a, negative: b, output: {path: c}}',
      '{positive: a, negative: b, strength: -0.6, output: {path: c}}',
    ],
  ])('%j', (text, due) => {
    const changed = edited(text, [-0.6]);
    if (due !== undefined) expect(changed).toBe(due);
    const { recipe, diagnostics } = parseRecipe(changed, { path: '/a.steer.yaml' });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(recipe!.strengths).toEqual([-0.6]);
    expect(recipe!.output.path).toBeDefined();
  });
});

const several = (first: string, second: string) =>
  `base: base\nstrength: 2\ndirections:\n  - name: one\n    positive: a\n    negative: b\n${first}  - name: two\n    path: c\n${second}${output}`;

describe('of several', () => {
  test.each([
    ['', ''],
    ['    strength: 3\n', ''],
    ['    strength: 3 # far\n', '    strength: 0.5\n'],
  ])('each has its own, and the whole is 1: %j %j', (first, second) => {
    const { recipe } = parseRecipe(edited(several(first, second), [0.25, -1]), { path: '/a.steer.yaml' });
    expect(recipe!.strengths).toEqual([1]);
    expect(recipe!.directions.map(({ name, strength }) => [name, strength])).toEqual([
      ['one', 0.25],
      ['two', -1],
    ]);
  });
});

test.each(['', 'a: [', '- 1\n'])('refuses %j', (text) => {
  expect(() => edited(text, [1])).toThrow('has errors');
});
