import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContrastFacts } from '#protocol/rollups.ts';
import { contrastLines } from '../../../server/cli/contrastLines.ts';
import { parseJson } from '../../support/json.ts';
import { checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const here = scene();
const fixtures = join(root, 'test/fixtures/similarity');

type Expected = Omit<ContrastFacts, 'name'> & { readonly positive: string; readonly negative: string };

const cases = parseJson<readonly Expected[]>(readFileSync(join(fixtures, 'contrasts.json'), 'utf8'));

test.each(cases.map((each) => [each.positive, each.negative, each] as const))(
  'the sides of %s − %s lie as numpy says, whatever the recipe selects',
  async (positive, negative, { cosine, positiveNorm, negativeNorm, ratio, common }) => {
    const expected = { cosine, positiveNorm, negativeNorm, ratio, common };
    const { result, warnings } = await here.analyze({
      name: 'w',
      base: join(fixtures, 'base'),
      positive: join(fixtures, positive),
      negative: join(fixtures, negative),
      layers: 0,
    });
    expect(result.contrast).toHaveLength(1);
    for (const [key, value] of Object.entries(expected)) {
      const found = new Map(Object.entries(result.contrast[0] ?? {})).get(key);
      expect(Math.abs(Number(found) - Number(value))).toBeLessThan(1e-9 * Math.abs(Number(value)));
    }
    expect(warnings).toEqual([]);
  },
);

test('where one side moves a tied head apart, the other counts it as well', async () => {
  const { names, cosine } = parseJson<
    Record<string, { readonly names: string[]; readonly cosine: number[][] }>
  >(readFileSync(join(fixtures, 'cosines.json'), 'utf8'))['tied-base']!;
  const [positive, negative] = ['tied-dense', 'tied-embedding'];
  const { result } = await here.analyze({
    base: join(fixtures, 'tied-base'),
    positive: join(fixtures, positive),
    negative: join(fixtures, negative),
  });
  const [facts] = result.contrast;
  expect(facts!.cosine).toBeCloseTo(-cosine[names.indexOf(positive)]![names.indexOf(negative)]!, 11);
  const [one, other] = [facts!.positiveNorm!, facts!.negativeNorm!];
  expect(result.norm).toBeCloseTo(Math.sqrt(one ** 2 + other ** 2 + 2 * one * other * facts!.cosine!), 11);
});

test('the base as a side leaves nothing to be said', async () => {
  const base = join(fixtures, 'base');
  const { result } = await here.analyze({ base, positive: join(fixtures, 'dense-1'), negative: 'base' });
  expect(result.contrast).toEqual([]);
});

test('of two checkpoints it is said how much rounding can have left', async () => {
  const key = 'layers.0.q_proj.weight';
  checkpointFolder(here.at('one'), { [key]: matrix(2, 2, 1, 2, 3, 4) });
  checkpointFolder(here.at('other'), { [key]: matrix(2, 2, 1, 2, 5, 1.5 + 2.5 + 2 ** -21) });
  const { result } = await here.analyze({ positive: 'one', negative: 'other' });
  expect(result.inputs).toEqual({ identical: 0.5, withinOneUlp: 0.75 });
  expect(result.contrast).toEqual([]);
});

test('the text says it in a line each', () => {
  const facts = { name: 'w', cosine: -0.25, positiveNorm: 2, negativeNorm: 4, ratio: 0.5, common: 0.1 };
  expect(contrastLines({ contrast: [facts], inputs: { identical: 0.5, withinOneUlp: 0.75 } })).toEqual([
    'w: cos(τ₊, −τ₋) -0.250, ‖τ₊‖ 2.00, ‖τ₋‖ 4.00 (ratio 0.500); what both have in common is 10.0 % of ‖w‖.',
    "Of the two fine-tunes' elements 50.0 % are identical; 75.0 % differ by at most one unit in the last place.",
  ]);
});
