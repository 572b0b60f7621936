// @vitest-environment happy-dom
import { setImmediate } from 'node:timers/promises';
import type { Subject } from '#protocol/analysis.ts';
import { percent } from '#protocol/figures.ts';
import type { Outcome } from '#protocol/failure.ts';
import type { FromPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { rollUp } from '../../../server/analysis/rollUp.ts';
import { Bridge } from '../../../webview/bridge.ts';
import { LayersView } from '../../../webview/layers/LayersView.tsx';
import type { Said } from '../../../webview/layers/useSaid.ts';
import { restoredState, type ViewState } from '../../../webview/layers/viewState.ts';
import { planOf, sampleAnalysis } from '../../support/analysisSamples.ts';

const recipe: Subject = { kind: 'recipe', path: '/work/honest.steer.yaml' };
const result = sampleAnalysis({ layers: 4, isWhole: true });

afterEach(() => render(null, document.body));

/** The panel in a document; the test is the extension. */
async function open({ subject = recipe, saved }: { subject?: Subject; saved?: unknown } = {}) {
  const said: FromPanel[] = [];
  const bridge = new Bridge({ postMessage: (message) => void said.push(message) });
  const states: ViewState[] = [];
  const listeners: (() => void)[] = [];
  const subscribe = (listener: () => void) => {
    listeners.push(listener);
    return () => {};
  };
  const hearing: ((said: Said) => void)[] = [];
  const listen = (listener: (said: Said) => void) => {
    hearing.push(listener);
    return () => {};
  };
  const view = { bridge, subject, title: 'honest.steer.yaml', subscribe, listen };
  const onState = (state: ViewState) => states.push(state);
  await act(() =>
    render(
      <LayersView {...view} restored={restoredState(saved, subject)} onState={onState} />,
      document.body,
    ),
  );
  const id = () => said.findLast((message) => message.kind === 'request')?.id ?? -1;
  return {
    said,
    states,
    progress: (progress: unknown) => act(() => bridge.receive({ kind: 'progress', id: id(), progress })),
    reply: (outcome: Outcome<unknown>) =>
      act(async () => {
        bridge.receive({ kind: 'reply', id: id(), outcome });
        await setImmediate(); // What waits for the promise runs.
      }),
    hear: (said: Said) => act(() => hearing.forEach((listener) => listener(said))),
    stale: () => act(() => listeners.forEach((listener) => listener())),
  };
}

async function finished(options: Parameters<typeof open>[0] = {}) {
  const panel = await open(options);
  await panel.progress(planOf(result));
  await panel.reply({ ok: true, value: result });
  return panel;
}

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = () => document.body.textContent;
const cell = (label: string) =>
  all('[role=gridcell]').find((element) => element.getAttribute('aria-label')?.startsWith(label))!;
const press = (element: Element, key: string, init: KeyboardEventInit = {}) =>
  act(
    () =>
      void element.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
      ),
  );
const click = (element: Element | undefined) =>
  act(() => void element?.dispatchEvent(new MouseEvent('click', { bubbles: true })));
const button = (label: string) =>
  all('vscode-button, button').find(
    (element) => element.getAttribute('aria-label') === label || element.textContent === label,
  );

test('one matrix leads to its spectrum, what is several tensors or a vector does not', async () => {
  const panel = await finished();
  await click(cell('layer 1, down projection'));
  await click(button('Show spectrum'));
  const tensor = 'model.layers.1.mlp.down_proj.weight';
  expect(panel.said.at(-1)).toEqual({ kind: 'openSpectrum', tensor });
  await click(cell('norms'));
  expect(button('Show spectrum')).toBeUndefined();
});

describe('while it is read', () => {
  test('the frame is there with the plan, and hatched', async () => {
    const panel = await open();
    expect(panel.said).toMatchObject([
      { kind: 'request', method: 'direction/analyze', params: { subject: recipe } },
    ]);
    await panel.progress(planOf(result));
    expect(all('[role=gridcell]')).toHaveLength(4 * 7 + 3);
    expect(all('[role=gridcell].hatched')).toHaveLength(4 * 7 + 3);
    expect(cell('layer 3, down projection').getAttribute('aria-label')).toBe(
      'layer 3, down projection, not read yet',
    );
  });

  test('what has come is drawn, what has not stays hatched, and the rest can be cancelled', async () => {
    const panel = await open();
    await panel.progress(planOf(result));
    await panel.progress({ kind: 'rows', tensors: result.tensors.filter(({ layer }) => layer === 0) });
    await panel.progress({ kind: 'state', done: 630, total: 1000 });
    expect(all('[role=gridcell].hatched')).toHaveLength(3 * 7 + 3);
    expect(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('63');
    await click(button('Cancel'));
    expect(panel.said.at(-1)).toEqual({ kind: 'cancel', id: 1 });
    await panel.reply({ ok: false, failure: { code: 'cancelled', message: 'Cancelled.' } });
    expect(text()).toContain('Cancelled at 63 %: 9 of 38 tensors');
    expect(all('[role=gridcell].hatched')).toHaveLength(3 * 7 + 3);
  });

  test('a failure has its sentence, its subject and a way on, and the rest stays', async () => {
    const panel = await open();
    await panel.progress(planOf(result));
    await panel.reply({
      ok: false,
      failure: { code: 'short-read', message: 'It ends too soon.', subject: '/base/model.safetensors' },
    });
    expect(document.querySelector('[role=alert]')?.textContent).toContain(
      'It ends too soon./base/model.safetensors',
    );
    expect(all('[role=gridcell]')).toHaveLength(31);
    await click(button('Open Log'));
    expect(panel.said.at(-1)).toEqual({ kind: 'action', action: 'openLog' });
    await click(button('Try Again'));
    expect(panel.said.at(-1)).toMatchObject({ kind: 'request', id: 2 });
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  test('a direction of zero says so, and what to do', async () => {
    const panel = await open();
    await panel.reply({ ok: true, value: { name: 'x', norm: 0, layers: 4, tensors: [] } });
    expect(text()).toContain('no tensor that the recipe selects differs');
    await click(button('Show in recipe'));
    expect(panel.said.at(-1)).toEqual({ kind: 'action', action: 'showSubject' });
  });
});

test('what has changed on disk dims the old picture until it is computed again', async () => {
  const panel = await finished();
  await panel.stale();
  expect(document.querySelector('main')?.className).toContain('stale');
  await click(button('Changed on disk: recompute'));
  expect(panel.said.at(-1)).toMatchObject({ kind: 'request', id: 2 });
  expect(document.querySelector('main')?.className).toContain('stale');
  await panel.progress(planOf(result));
  expect(document.querySelector('main')?.className).not.toContain('stale');
});

test('warnings are said where the work is, and in full below', async () => {
  const panel = await open();
  await panel.reply({
    ok: true,
    value: { ...result, warnings: [{ code: 'not-finite', message: 'NaN on "w".' }] },
  });
  expect(text()).toContain('1 warning');
  expect(document.querySelector('#warnings')?.textContent).toBe('NaN on "w".');
});

describe('with the keyboard', () => {
  test('one field is in the order of tabs, and arrows, Enter, Space and Escape do the rest', async () => {
    const panel = await finished();
    expect(all('.heatmap [tabindex="0"]')).toHaveLength(1);
    const first = cell('layer 0, q projection');
    await press(first, 'ArrowDown');
    await press(document.activeElement!, 'End');
    const here = document.activeElement!;
    expect(here.getAttribute('aria-label')).toMatch(/^layer 1, down projection, \d+(\.\d+)? percent$/);
    await press(here, 'Enter');
    expect(panel.states.at(-1)?.selected).toBe('1/mlp/down_proj');
    expect(document.querySelector('.facts h2')?.textContent).toBe('Layer 1, down_proj');
    await press(here, ' ');
    expect(panel.states.at(-1)?.pinned).toBe('1/mlp/down_proj');
    expect(here.getAttribute('aria-label')).toContain(', pinned');
    await press(here, 'Escape');
    await press(here, 'Escape');
    expect(panel.states.at(-1)).toMatchObject({ selected: undefined, pinned: undefined });
    expect(document.querySelector('.facts')).toBeNull();
  });

  test('the fields apart come after the last layer', async () => {
    await finished();
    await press(cell('layer 3, k projection'), 'ArrowDown');
    await press(document.activeElement!, 'End', { ctrlKey: true });
    expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^norms, /);
  });

  test('t shows the table of all tensors, t and Escape the picture again', async () => {
    const panel = await finished();
    await press(document.body, 't');
    expect(document.querySelector('[role=table]')?.getAttribute('aria-rowcount')).toBe('39');
    expect(all('[role=grid]')).toHaveLength(0);
    expect(document.activeElement?.className).toBe('table');
    await press(document.activeElement!, 'Escape');
    expect(all('[role=grid]')).toHaveLength(1);
    expect(document.activeElement?.getAttribute('role')).toBe('gridcell');
    expect(panel.states.at(-1)?.isTable).toBe(false);
  });

  test('shift and arrows over the bars choose layers, which picture and table keep to', async () => {
    const panel = await finished();
    const bars = document.querySelector('[role=listbox]')!;
    await press(bars, 'ArrowRight');
    await press(bars, 'ArrowRight', { shiftKey: true });
    expect(panel.states.at(-1)?.range).toEqual({ first: 1, last: 2 });
    expect(all('[role=rowheader]').map(({ textContent }) => textContent)).toEqual(['1', '2']);
    expect(text()).toMatch(/Layers 1–2: \d+(\.\d+)? % of ‖w‖²/);
    await press(document.body, 't');
    expect(document.querySelector('[role=table]')?.getAttribute('aria-rowcount')).toBe(String(2 * 9 + 1));
  });
});

const chosen = () => document.querySelector('.range-chosen')?.textContent ?? '';
const heading = (module: string) =>
  all('[role=columnheader]').find((element) => element.textContent === module);

describe('what is brushed', () => {
  test('is layers times modules, with their share of ‖w‖², and goes into the recipe', async () => {
    const panel = await finished({ saved: { subject: recipe, range: { first: 1, last: 2 } } });
    await click(heading('q'));
    await click(heading('down'));
    expect(panel.states.at(-1)?.modules).toEqual(['attention/q_proj', 'mlp/down_proj']);
    expect(heading('q')?.getAttribute('aria-selected')).toBe('true');
    const moved = result.tensors.filter(
      ({ layer, module }) => [1, 2].includes(layer ?? -1) && ['q_proj', 'down_proj'].includes(module),
    );
    const share = moved.reduce((sum, each) => sum + (each.share ?? NaN), 0);
    expect(chosen()).toContain(`Layers 1–2, q, down: ${percent(share)} of ‖w‖²`);
    expect(all('.heat-cell.outside')).toHaveLength(2 * 5 + 3);
    await click(button('Add to recipe'));
    expect(panel.said.at(-1)).toEqual({
      kind: 'restrict',
      restriction: {
        layers: { first: 1, last: 2 },
        modules: [
          { name: 'q_proj', group: 'attention' },
          { name: 'down_proj', group: 'mlp' },
        ],
      },
    });
    await panel.hear({ kind: 'restricted', isDone: true, message: '`layers` is 1-2 now.' });
    expect(panel.states.at(-1)).toMatchObject({ range: undefined, modules: undefined });
    expect(text()).toContain('`layers` is 1-2 now.');
    await panel.stale();
    await click(button('Changed on disk: recompute'));
    await panel.progress(planOf(result));
    expect(text()).not.toContain('is 1-2 now.');
  });

  test('headings are reached by arrows, and Escape gives everything up', async () => {
    const panel = await finished();
    await press(cell('layer 0, q projection'), 'ArrowUp');
    await press(document.activeElement!, 'ArrowRight');
    expect(document.activeElement?.textContent).toBe('k');
    await press(document.activeElement!, ' ');
    expect(panel.states.at(-1)?.modules).toEqual(['attention/k_proj']);
    expect(chosen()).toMatch(/^k in all layers: \d/);
    await press(document.activeElement!, 'Enter');
    expect(panel.states.at(-1)?.modules).toBeUndefined();
    await press(document.activeElement!, ' ');
    await press(document.activeElement!, 'Escape');
    expect(panel.states.at(-1)?.modules).toBeUndefined();
    expect(chosen()).toBe('');
  });

  test('stays where the recipe refuses it, with the reason', async () => {
    const panel = await finished({ saved: { subject: recipe, range: { first: 1, last: 2 } } });
    await panel.hear({ kind: 'restricted', isDone: false, message: 'Nothing would move.' });
    expect(panel.states.at(-1)?.range).toEqual({ first: 1, last: 2 });
    expect(text()).toContain('Nothing would move.');
  });

  test('has no recipe to go into where the subject is none', async () => {
    const subject = { kind: 'model', path: '/work/direction' } as const;
    await finished({ subject, saved: { subject, range: { first: 1, last: 2 } } });
    expect(button('Add to recipe')).toBeUndefined();
    expect(chosen()).toContain('Only recipes can be narrowed');
  });

  test('may be one field, which goes into the recipe by layer and module, or by name where those are not enough', async () => {
    const panel = await finished({ saved: { subject: recipe, selected: '2/mlp/up_proj' } });
    const [like] = result.tensors;
    const twin = { ...like, name: 'twin.weight', layer: 2, module: 'up_proj', group: 'attention' };
    await click(button('Add to recipe'));
    expect(panel.said.at(-1)).toEqual({
      kind: 'restrict',
      restriction: { layers: { first: 2, last: 2 }, modules: [{ name: 'up_proj', group: 'mlp' }] },
    });
    await panel.stale();
    await click(button('Changed on disk: recompute'));
    await panel.reply({ ok: true, value: { ...result, tensors: [...result.tensors, twin] } });
    await click(button('Add to recipe'));
    expect(panel.said.at(-1)).toEqual({
      kind: 'restrict',
      restriction: { include: ['model.layers.2.mlp.up_proj.weight'] },
    });
  });

  test('comes from a recipe, and a tensor from elsewhere', async () => {
    const panel = await finished();
    await panel.hear({
      kind: 'select',
      selection: { layers: { first: 2, last: 99 }, modules: ['attention'] },
    });
    expect(chosen()).toMatch(/^Layers 2–3, q, k, v, o: /);
    await panel.hear({ kind: 'select', selection: { tensor: 'model.layers.1.mlp.up_proj.weight' } });
    expect(document.querySelector('.facts h2')?.textContent).toBe('Layer 1, up_proj');
    await click(button('Show in header'));
    const name = 'model.layers.1.mlp.up_proj.weight';
    expect(panel.said.at(-1)).toEqual({ kind: 'showTensorIn', place: 'header', name });
    await click(button('Show in recipe'));
    expect(panel.said.at(-1)).toEqual({ kind: 'showTensorIn', place: 'recipe', name });
  });
});

test('the facts of several tensors are theirs together, with the largest by name', async () => {
  const panel = await finished();
  await click(cell('norms'));
  const facts = document.querySelector('.facts')!;
  expect(facts.querySelector('h2')?.textContent).toBe('norms');
  expect(facts.querySelector('dl')?.textContent).toMatch(/^Tensors8Norm/);
  expect(facts.querySelectorAll('li')).toHaveLength(8);
  await click(facts.querySelector('.tensor-name') ?? undefined);
  expect(panel.said.at(-1)).toMatchObject({
    kind: 'copy',
    text: expect.stringMatching(/layernorm\.weight$/),
  });
});

test('a low-rank tensor has a spectrum with as many points as singular values; a dense one says why not', async () => {
  await finished();
  await click(cell('layer 2, up projection'));
  expect(all('.spectrum-dot')).toHaveLength(32);
  await click(cell('embeddings'));
  expect(all('.spectrum-dot')).toHaveLength(0);
  expect(document.querySelector('.facts')?.textContent).toContain('A dense tensor');
});

test('a dense tensor that was decomposed has its spectrum, and says how exact it is', async () => {
  const panel = await open();
  const tensors = result.tensors.map((tensor) =>
    tensor.group === 'embeddings'
      ? { ...tensor, singularValues: [3, 2, 1], stableRank: 2.5, spectrum: 'randomised', spectrumError: 0.25 }
      : tensor,
  );
  await panel.reply({ ok: true, value: { ...result, tensors } });
  await click(cell('embeddings'));
  expect(all('.spectrum-dot')).toHaveLength(3);
  const facts = document.querySelector('.facts')?.textContent;
  expect(facts).toContain('Leading 3 singular values, each ±0.250');
  expect(facts).toContain('Stable rank2.50');
  expect(facts).not.toContain('A dense tensor');
  expect(facts).not.toContain('Rank, at most');
});

test('the header has the sums of the server, and the sides of the contrast are told below', async () => {
  const panel = await open();
  const { rollups } = result;
  const all = { ...rollups.all, norm: 123 };
  const truncation = [{ name: 'honest', relativeError: 0.12, rank: 8 }];
  await panel.reply({ ok: true, value: { ...result, rollups: { ...rollups, all }, truncation } });
  expect(document.querySelector('.overview')?.textContent).toContain('‖w‖ 123');
  const lines = [...document.querySelectorAll('.contrast')].map(({ textContent }) => textContent);
  expect(lines).toEqual([
    'Contrast honestcos(τ₊, −τ₋) 0.310‖τ₊‖ 3.10‖τ₋‖ 2.80ratio 1.11in common 72.0 % of ‖w‖',
    'Truncation of honesttaken away 12.0 % of ‖w‖rank, at most 8',
  ]);
});

test('what was projected out is told below, with what it left alone', async () => {
  const panel = await open();
  const removed = [
    { direction: 'other', per: 'model', cosineBefore: 0.25, cosineAfter: 0, coefficient: -0.5, tensors: 6 },
    { direction: 'third', per: 'tensor', cosineBefore: -0.1, cosineAfter: 0, coefficient: null, tensors: 2 },
  ] as const;
  const counts = { untouched: 0, leftOut: 0 };
  const removal = [
    { name: 'honest', share: 0.0625, removed: removed.map((one) => ({ ...one, ...counts })) },
    { name: 'w', share: 0.5, removed: [{ ...removed[0], untouched: 3, leftOut: 2 }] },
  ];
  await panel.reply({ ok: true, value: { ...result, contrast: [], removal } });
  const lines = [...document.querySelectorAll('.contrast')].map(({ textContent }) => textContent);
  expect(lines).toEqual([
    'other out of honestcosine before 0.250after 0times −0.500',
    'third out of honestcosine before −0.100after 0each tensor by itself',
    'Taken out of honest6.25 % of ‖w‖²',
    'other out of wcosine before 0.250after 0times −0.5003 tensors that it does not move stay2 tensors that it alone moves are left out',
    'Taken out of w50.0 % of ‖w‖²',
  ]);
});

test('another metric is another reading of the same fields', async () => {
  const panel = await finished();
  const dropdown = document.querySelector('vscode-dropdown')!;
  Object.assign(dropdown, { value: 'norm' });
  await act(() => void dropdown.dispatchEvent(new Event('change')));
  expect(panel.states.at(-1)?.metric).toBe('norm');
  expect(cell('layer 1, down projection').getAttribute('aria-label')).toMatch(/, norm \d/);
});

test('without a base it shows norms, and does not offer relative ones', async () => {
  const tensors = result.tensors.map((tensor) => ({ ...tensor, baseNorm: null, relativeNorm: null }));
  const panel = await open();
  await panel.reply({ ok: true, value: { ...result, tensors, rollups: rollUp(tensors) } });
  expect(cell('layer 1, down projection').getAttribute('aria-label')).toMatch(/, norm \d/);
  const [relative] = all('vscode-option');
  expect(relative?.hasAttribute('disabled')).toBe(true);
  expect(text()).not.toContain('of the base');
});

test('a norm that is not finite is hatched, and heard as not known', async () => {
  const tensors = result.tensors.map((tensor) =>
    tensor.layer === 1 ? { ...tensor, norm: null, relativeNorm: null } : tensor,
  );
  const panel = await open();
  await panel.reply({ ok: true, value: { ...result, norm: null, tensors, rollups: rollUp(tensors) } });
  expect(cell('layer 1, down projection').getAttribute('aria-label')).toBe(
    'layer 1, down projection, not known',
  );
  expect(cell('layer 1, down projection').className).toContain('hatched');
  expect(cell('layer 0, down projection').className).not.toContain('hatched');
});

test('comes back as it was left', async () => {
  await finished({
    saved: {
      subject: recipe,
      metric: 'share',
      selected: '2/mlp/up_proj',
      isTable: false,
      range: { first: 2, last: 3 },
    },
  });
  expect(document.querySelector('.facts h2')?.textContent).toBe('Layer 2, up_proj');
  expect(all('[role=rowheader]').map(({ textContent }) => textContent)).toEqual(['2', '3']);
});

test('the tensor of a cell can be opened, whatever the layers are of', async () => {
  const panel = await finished({ saved: { subject: recipe, selected: '2/mlp/up_proj' } });
  await click(button('Open tensor'));
  expect(panel.said.at(-1)).toEqual({ kind: 'openTensor', name: 'model.layers.2.mlp.up_proj.weight' });
});

test('an export is handed over as a file with a name', async () => {
  const panel = await finished();
  await click(button('Save all tensors with all digits'));
  await vi.waitFor(() =>
    expect(panel.said.at(-1)).toMatchObject({ kind: 'save', name: 'honest-layers.csv' }),
  );
});

test('an export that cannot be made says why, and can be tried again', async () => {
  const panel = await finished();
  const context = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  await click(button('Save the picture in pixels'));
  await vi.waitFor(() => expect(text()).toContain('The picture could not be made: There is no canvas'));
  context.mockRestore();
  await click(button('Try Again'));
  expect(text()).not.toContain('could not be made: There is no canvas');
  expect(panel.said.some(({ kind }) => kind === 'save')).toBe(false);
});
