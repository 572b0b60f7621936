import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CardFacts, modelCard } from '../../../server/steering/report/modelCard.ts';
import { provenanceText } from '../../../server/steering/report/provenance.ts';

const rounding = {
  requested: 1 / 3,
  realised: 2 / 3,
  cosine: 1,
  projection: null,
  unmoved: 0,
  overflowed: 0,
};

const frontMatter = (text: string): unknown => parse(text.split('---\n')[1] ?? '');

test('a record has every digit of the recipe, and of sums those that do not depend on the run', () => {
  const strength = 0.1234567890123456;
  const text = provenanceText({
    plan: 'p',
    recipe: { strength, schedule: { layers: [1 / 3], others: 1 } },
    inputs: [],
    output: { strength, format: 'checkpoint', rank: null, tensors: { changed: 1, copied: 0 }, rounding },
  });
  expect(JSON.parse(text)).toMatchObject({
    recipe: { strength, schedule: { layers: [1 / 3] } },
    output: { strength, rounding: { requested: 0.333333333, realised: 0.666666667, projection: null } },
  });
});

describe('a card', () => {
  const facts: CardFacts = {
    title: 'out',
    format: 'adapter',
    strength: 1,
    baseHubId: undefined,
    recipe: 'name: a\n',
    rounding: null,
    tool: 'T',
  };

  test.each(['org/name', '1e5', 'null', 'a: b', 'a #b', "it's", 'a\n---\ntags: [x]'])(
    'names the base %j as it is',
    (baseHubId) => {
      expect(frontMatter(modelCard({ ...facts, baseHubId }))).toMatchObject({ base_model: baseHubId });
    },
  );

  test('keeps the recipe in its block, whatever is in it', () => {
    const recipe = 'include:\n  - |-\n    a\n    ````\n    [here](https://example.com)\n';
    const card = modelCard({ ...facts, recipe });
    expect(card).toContain(`\n\`\`\`\`\`yaml\n${recipe}\`\`\`\`\`\n`);
  });

  test('has a title of one line', () => {
    expect(modelCard({ ...facts, title: 'a\n\n# b\u2028c' })).toContain('\n# a # b c\n');
  });
});
