import { describe, expect, test } from 'vitest';
import { chosenMatrices, layersOf, matricesOf, moduleTypes } from '../../../webview/spectrum/choice.ts';
import { spectrumCsv } from '../../../webview/spectrum/csv.ts';
import { lackText, roundingText, shadeText, sigmaText } from '../../../webview/spectrum/figureText.ts';
import { joinedRun } from '../../../webview/spectrum/joinedRun.ts';
import { aboveRounding, energyTo, rankFor, sigmaAt } from '../../../webview/spectrum/ranks.ts';
import { seriesOf } from '../../../webview/spectrum/series.ts';
import { nextSorting, sorted } from '../../../webview/spectrum/sorting.ts';
import { restoredState } from '../../../webview/spectrum/viewState.ts';
import { finishedRun, runOf, small, withValues } from './spectrumSamples.ts';

const name = 'model.layers.1.mlp.down_proj.weight';
const down = (layer: number | null) => ({ kind: 'module', module: 'mlp/down_proj', layer }) as const;
const head = { kind: 'module', module: 'head/lm_head', layer: null } as const;
const leading = { kind: 'leading' } as const;
const honest = { name: 'honest', run: finishedRun() };

describe('which tensors are drawn', () => {
  const matrices = matricesOf([small.tensors, small.tensors]);

  test('matrices only, each once, vectors never', () => {
    expect(matrices.length).toBe(3 * 7 + 2);
    expect(matrices.every(({ shape }) => shape.length > 1)).toBe(true);
    expect(moduleTypes(matrices).map(({ module }) => module)).toContain('embed_tokens');
    expect(layersOf(matrices, 'mlp/down_proj')).toEqual([0, 1, 2]);
    expect(layersOf(matrices, 'head/lm_head')).toEqual([]);
  });

  test('the leading ones by norm, largest first', () => {
    const { rows } = honest.run;
    const chosen = chosenMatrices(matrices, leading, { rows, most: 4 });
    const norms = chosen.map((place) => rows.get(place.name)!.norm!);
    const all = small.tensors.map(({ norm }) => norm!).toSorted((a, b) => b - a);
    expect(norms).toEqual(all.slice(0, 4));
  });
});

describe('series', () => {
  test('colours tell the tensors of one direction apart, and several directions', () => {
    expect(seriesOf([honest], leading).map(({ color }) => color)).toEqual([0, 1, 2, 3, 4, 5]);
    const two = seriesOf([honest, { ...honest, name: 'sea' }], leading);
    expect(two.map(({ color }) => color)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(two.map(({ shade }) => shade)).toEqual([1, 0.5, 0, 1, 0.5, 0]);
    expect(seriesOf([honest], down(null)).map(({ shade }) => shade)).toEqual([0, 0.5, 1]);
    const six = Array.from({ length: 6 }, () => honest);
    expect(seriesOf(six, leading)).toHaveLength(6);
  });

  test('names say what tells lines apart: the tensor, the direction, or both', () => {
    expect(seriesOf([honest], down(1)).map((each) => each.name)).toEqual(['layer 1, down_proj']);
    const sea = { ...honest, name: 'sea' };
    expect(seriesOf([honest, sea], down(1)).map((each) => each.name)).toEqual(['honest', 'sea']);
    expect(seriesOf([honest, sea], down(null))[3]?.name).toBe('sea, layer 0, down_proj');
    expect(seriesOf([honest], head)[0]?.name).toBe('head');
  });

  test('what is missing says why: not read yet, zero there, dense', () => {
    expect(seriesOf([{ name: 'part', run: runOf([]) }], down(1))[0]).toMatchObject({ lack: 'waiting' });
    const without = { ...small, tensors: small.tensors.filter((tensor) => tensor.name !== name) };
    const beside = seriesOf([honest, { name: 'sea', run: finishedRun(without) }], down(1));
    expect(beside.map(({ lack }) => lack)).toEqual([undefined, 'zero']);
    const dense = seriesOf([honest], head);
    expect(dense[0]?.lack).toBe('no-spectrum');
    expect(lackText([...beside, ...dense])).toEqual([
      'Zero there: sea.',
      'Dense, and without a spectrum so far: head.',
    ]);
  });
});

describe('ranks', () => {
  const exact = { singularValues: [3, 2, 1], energy: [9 / 14, 13 / 14, 1], spectrum: 'factors' } as const;
  const part = { singularValues: [3, 2], energy: [0.3, 0.5], spectrum: 'randomised' } as const;

  test('past the end of an exact spectrum is nothing, past that of a randomised one is unknown', () => {
    expect([1, 3, 8].map((place) => sigmaAt(exact, place))).toEqual([3, 1, 0]);
    expect([1, 3, 8].map((place) => energyTo(exact, place))).toEqual([9 / 14, 1, 1]);
    expect([2, 3].map((place) => [sigmaAt(part, place), energyTo(part, place)])).toEqual([
      [2, 0.5],
      [null, null],
    ]);
    const none = { singularValues: null, energy: null, spectrum: null };
    expect([sigmaAt(none, 1), energyTo(none, 1), rankFor(none, 0.9)]).toEqual([null, null, null]);
  });

  test('90 % is reached where the share is first as large, or is not known to be', () => {
    expect(rankFor(exact, 0.9)).toBe(2);
    expect(rankFor(exact, 9 / 14)).toBe(1);
    expect(rankFor(part, 0.9)).toBeNull();
  });

  test('rounding is left out of a logarithmic axis, and counted', () => {
    expect(aboveRounding([2, 1, 1e-8, 1e-9, 0])).toEqual([2, 1, 1e-8]);
    const run = finishedRun(withValues(name, [2, 1, 1e-12, 0]));
    const series = seriesOf([{ name: 'w', run }], down(1));
    expect(roundingText(series, 'log')).toContain('Not drawn: 2 singular values');
    expect(roundingText(series, 'linear')).toBe('');
  });
});

test('for the ear the lines are named with their values, and of many the rest is counted', () => {
  const two = seriesOf([{ name: 'w', run: finishedRun(withValues(name, [2, 1])) }], down(1));
  expect(sigmaText(two, 2)).toBe('singular value 2: layer 1, down_proj 1.00');
  const many = Array.from({ length: 3 }, (_, index) => ({ ...honest, name: `w${index}` }));
  expect(sigmaText(seriesOf(many, down(null)), 1)).toMatch(/ and 3 more$/);
  const none = seriesOf([{ name: 'w', run: runOf([]) }], down(1));
  expect(sigmaText(none, 1)).toBe('singular value 1: not known');
});

test('what faint and strong lines are is said where there are both', () => {
  expect(shadeText(seriesOf([honest], down(null)), down(null))).toMatch(/^One line a layer/);
  expect(shadeText(seriesOf([honest], down(1)), down(1))).toBe('');
});

test('CSV has one line a singular value with all digits, as the analysis has them', () => {
  const [heading, ...lines] = spectrumCsv(seriesOf([honest], down(1)))
    .trimEnd()
    .split('\r\n');
  expect(heading).toBe('direction,tensor,layer,module,index,sigma,energy,spectrum,error');
  const row = small.tensors.find((tensor) => tensor.name === name);
  expect(lines).toHaveLength(32);
  const [sigma, energy] = [row!.singularValues![4], row!.energy![4]];
  expect(lines[4]).toBe(`honest,${name},1,down_proj,5,${sigma},${energy},factors,`);
});

describe('several analyses as one', () => {
  test('counts and bytes are sums, and what still works speaks for all', () => {
    const working = { ...runOf(small.tensors.slice(0, 2)), done: 1, total: 4 };
    const both = joinedRun([{ ...finishedRun(), done: 6, total: 6 }, working]);
    expect(both).toMatchObject({ phase: 'working', done: 7, total: 10 });
    expect(both.rows.size).toBe(small.tensors.length + 2);
    expect(both.plan?.tensors).toHaveLength(2 * small.tensors.length);
  });

  test('one alone is itself', () => {
    const run = finishedRun();
    expect(joinedRun([run])).toBe(run);
  });
});

test('a column sorts down, then up, then not at all, unknown last', () => {
  const rows = [{ v: 2 }, { v: null }, { v: 10 }];
  const by = (sorting: ReturnType<typeof nextSorting>) =>
    sorted(rows, sorting, ({ v }) => v).map(({ v }) => v);
  const falling = nextSorting(undefined, 'v');
  const rising = nextSorting(falling, 'v');
  expect([by(falling), by(rising), by(nextSorting(rising, 'v'))]).toEqual([
    [10, 2, null],
    [2, 10, null],
    [2, null, 10],
  ]);
});

describe('what a page remembers', () => {
  const own = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
  const other = { kind: 'model', path: '/work/sea' } as const;
  const saved = {
    subjects: [own, other],
    tab: 'vocabulary',
    axis: 'linear',
    choice: down(2),
    vectors: 3,
    vector: 2,
  };

  test('is taken as far as it is understood', () => {
    expect(restoredState(saved, [own])).toMatchObject({ ...saved, subjects: [own] });
    const odd = {
      tab: 1,
      axis: 'cubic',
      choice: { module: 3 },
      vectors: 5000,
      vector: 9,
      read: 4,
      filter: 1,
    };
    expect(restoredState({ ...saved, ...odd }, [own])).toEqual(restoredState(undefined, [own]));
  });

  test('of another direction, nothing of it', () => {
    expect(restoredState(saved, [other])).toMatchObject({ axis: 'log', subjects: [other] });
  });
});
