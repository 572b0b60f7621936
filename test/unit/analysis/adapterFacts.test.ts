import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adapterFacts } from '../../../server/analysis/adapterFacts.ts';
import { readAdapter } from '../../../server/models/adapter.ts';
import { root } from '../../support/steer.ts';

test.each<[name: string, facts: object]>([
  ['plain', { library: 'peft', method: 'LoRA', ranks: [{ rank: 2, scale: 1.5, modules: 4 }], modules: 4 }],
  [
    'dora-patterns',
    {
      method: 'DoRA',
      ranks: [
        { rank: 3, scale: 1, modules: 2 },
        { rank: 2, scale: 1.5, modules: 2 },
      ],
    },
  ],
  ['pissa-before', { method: 'LoRA', initialisation: 'PiSSA' }],
  ['tokens', { tokens: 4, whole: 0 }],
  [
    'experts',
    {
      modules: 1,
      parameters: 2,
      ranks: [
        { rank: 3, scale: 1, modules: 1 },
        { rank: 2, scale: 1.5, modules: 1 },
        { rank: 2, scale: 2.5, modules: 1 },
      ],
    },
  ],
  ['mlx-dora', { library: 'mlx', method: 'DoRA', base: '../../../bases/llama', modules: 3 }],
  ['mlx-full', { library: 'mlx', method: 'full', whole: 2, ranks: [] }],
])('%s', async (name, facts) => {
  const folder = join(root, 'test/fixtures/adapters/cases', name, 'adapter');
  expect(adapterFacts(await readAdapter(folder, { reference: name }))).toMatchObject(facts);
});
