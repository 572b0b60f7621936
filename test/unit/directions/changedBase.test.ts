import { expect, test } from 'vitest';
import { refuseChangedBase, refuseDifferentBases } from '../../../server/directions/changedBase.ts';
import { adapter, checkpoint, factors, fineTune, stored } from './samples.ts';

const q = 'layers.0.q_proj.weight';
const base = checkpoint('base', [stored('base', q)]);

function tuned(file: string, init?: unknown) {
  const raw = init === undefined ? {} : { init_lora_weights: init };
  return fineTune({ checkpoint: base, adapter: adapter(file, { factors: [factors(file, q)], raw }) });
}

test.each([[undefined], [true], ['gaussian'], ['pissa'], ['olora']])(
  'two adapters initialised alike (%s) can be contrasted',
  (init) => {
    expect(() =>
      refuseDifferentBases({ positive: tuned('plus', init), negative: tuned('minus', init) }),
    ).not.toThrow();
  },
);

test.each([
  ['pissa', undefined, 'plus'],
  [undefined, 'pissa', 'minus'],
  ['pissa', 'olora', 'plus'],
  ['pissa', 'pissa_niter_16', 'plus'],
])('%s against %s is refused by name', (one, other, named) => {
  const run = () => refuseDifferentBases({ positive: tuned('plus', one), negative: tuned('minus', other) });
  expect(run).toThrow(expect.objectContaining({ code: 'unsupported-adapter', subject: `/${named}` }));
  expect(run).toThrow(/path_initial_model_for_weight_conversion/);
});

test('against the base itself it is refused too', () => {
  const sides = { positive: tuned('plus', 'pissa'), negative: fineTune({ checkpoint: base }) };
  expect(() => refuseDifferentBases(sides)).toThrow(/PiSSA/);
});

test('such an adapter is no target', () => {
  expect(() => refuseChangedBase(tuned('task', 'olora'))).toThrow(/OLoRA.*own weights are not known/);
  expect(() => refuseChangedBase(tuned('task'))).not.toThrow();
});
