import type { Subject } from '#protocol/analysis.ts';
import type { LayerSelection } from '#protocol/panel.ts';
import { expect, test } from 'vitest';
import { showInLayers } from '../../../extension/commands/showInLayers.ts';
import { planTensors } from '../../../extension/panels/planTensors.ts';
import { FakeUi, toolsFor } from './fakes.ts';

/** The command with these arguments, where open panels move the tensor `w` of `/m`. */
async function shown(...args: readonly unknown[]) {
  const ui = new FakeUi();
  const panels: (readonly [Subject, LayerSelection | undefined])[] = [];
  const tools = {
    ...(await toolsFor({ ui, answers: {}, folder: '/work' })),
    showLayers: (...about: (typeof panels)[number]) => void panels.push(about),
  };
  const tensors: string[] = [];
  await showInLayers(args, tools, (path, name) => path === '/m' && name === 'w' && tensors.push(name) > 0);
  return { panels, tensors, told: ui.told, saved: ui.saved };
}

test('a recipe comes with its layers and modules selected, and is saved first', async () => {
  const selection = { layers: { first: 1, last: 2 }, modules: ['mlp'] };
  const { panels, saved } = await shown('file:///work/x.steer.yaml', selection);
  expect(panels).toEqual([[{ kind: 'recipe', path: '/work/x.steer.yaml' }, selection]]);
  expect(saved).toEqual(['/work/x.steer.yaml']);
});

test.each([
  [{ layers: { first: 'a', last: 2 }, modules: [3, 'mlp'] }, { modules: ['mlp'] }],
  [{ layers: 4 }, {}],
  [null, {}],
])('of %j it selects what makes sense', async (what, selection) => {
  const { panels } = await shown('/work/x.steer.yaml', what);
  expect(panels[0]?.[1]).toEqual(selection);
});

test('a tensor is shown in an open panel that moves it; else it says what to do', async () => {
  expect(await shown('/m', 'w')).toMatchObject({ tensors: ['w'], told: [], panels: [] });
  const { told } = await shown('/m', 'v');
  expect(told[0]).toMatch(/^No open Layers panel is about a direction that moves v\./);
});

test('what is not a plan has no tensors', () => {
  expect(planTensors({ kind: 'plan', tensors: [{ name: 'a' }, {}, null] })).toEqual(['a']);
  for (const other of [null, { kind: 'rows', tensors: [{ name: 'a' }] }, { kind: 'plan', tensors: 'a' }])
    expect(planTensors(other)).toBeUndefined();
});
