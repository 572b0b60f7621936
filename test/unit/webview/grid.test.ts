import type { TensorPlace } from '#protocol/analysis.ts';
import type { ModuleGroup } from '#protocol/tensors.ts';
import { describe, expect, test } from 'vitest';
import { cellsOf, toGrid } from '../../../webview/layers/grid.ts';
import { sampleAnalysis } from '../../support/analysisSamples.ts';

function place(name: string, layer: number | null, module: string, group: ModuleGroup): TensorPlace {
  return { name, layer, module, group, shape: [4, 4], rank: null };
}

const modulesOf = (tensors: readonly TensorPlace[]) => toGrid(tensors, 1).columns.map(({ module }) => module);

describe('tensors as a grid', () => {
  test('has a row for every layer and a column for every module, as a layer uses them', () => {
    const { tensors, layers } = sampleAnalysis({ layers: 4 });
    const grid = toGrid(tensors.toReversed(), layers);
    expect(grid.columns.map(({ module }) => module)).toEqual(
      ['q', 'k', 'v', 'o', 'gate', 'up', 'down'].map((name) => `${name}_proj`),
    );
    expect(grid.layers.map((row) => row.map((cell) => cell?.tensors.length))).toEqual(
      Array.from({ length: 4 }, () => [1, 1, 1, 1, 1, 1, 1]),
    );
    expect(grid.apart).toEqual([]);
  });

  test('keeps embeddings, head and norms apart, the norms of all layers together', () => {
    const { tensors, layers } = sampleAnalysis({ layers: 4, isWhole: true });
    const grid = toGrid(tensors, layers);
    expect(grid.columns).toHaveLength(7);
    expect(grid.apart.map(({ group, tensors }) => [group, tensors.length])).toEqual([
      ['embeddings', 1],
      ['head', 1],
      ['norms', 8],
    ]);
  });

  test('accounts for every tensor once', () => {
    const { tensors, layers } = sampleAnalysis({ layers: 5, isWhole: true });
    const names = cellsOf(toGrid(tensors, layers)).flatMap((cell) => cell.tensors.map(({ name }) => name));
    expect(names.toSorted()).toEqual(tensors.map(({ name }) => name).toSorted());
  });

  test('puts a weight and its bias, and all experts, into one field', () => {
    const grid = toGrid(
      ['q.weight', 'q.bias'].map((name) => place(name, 0, 'q_proj', 'attention')),
      1,
    );
    expect(grid.layers[0]?.[0]?.tensors.map(({ name }) => name)).toEqual(['q.weight', 'q.bias']);
  });

  test('tells modules of one name in attention and MLP apart', () => {
    const tensors = [place('a', 0, 'c_proj', 'attention'), place('b', 0, 'c_proj', 'mlp')];
    expect(toGrid(tensors, 1).columns).toEqual([
      { group: 'attention', module: 'c_proj' },
      { group: 'mlp', module: 'c_proj' },
    ]);
  });

  test('has unknown modules after the known ones, as they come', () => {
    const names = ['zeta', 'alpha', 'q_proj'].map((module) => place(module, 0, module, 'attention'));
    expect(modulesOf(names)).toEqual(['q_proj', 'zeta', 'alpha']);
  });

  test('leaves a field empty where the direction is zero, and whole layers too', () => {
    const grid = toGrid([place('a', 1, 'q_proj', 'attention')], 3);
    expect(grid.layers.map((row) => row.map((cell) => cell?.key))).toEqual([
      [undefined],
      ['1/attention/q_proj'],
      [undefined],
    ]);
  });

  test('makes room for layers that the configuration does not count', () => {
    expect(toGrid([place('a', 5, 'q_proj', 'attention')], 2).layers).toHaveLength(6);
  });

  test('has no layers where nothing in them moves', () => {
    expect(toGrid([place('e', null, 'embed_tokens', 'embeddings')], 24).layers).toEqual([]);
    expect(toGrid([], 24)).toEqual({ columns: [], layers: [], apart: [] });
  });
});
