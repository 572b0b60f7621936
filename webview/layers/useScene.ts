import { useMemo } from 'preact/hooks';
import { toGrid } from './grid.ts';
import type { Run } from './run.ts';
import { type Scene, toScene } from './scene.ts';
import type { ViewState } from './viewState.ts';

const nothing = toGrid([], 0);

/** The scene, made anew as far as what it is made of has changed: numbers come often, plans once. */
export function useScene({ plan, rows, result }: Run, { metric, range, modules }: ViewState): Scene {
  const grid = useMemo(() => (plan === undefined ? nothing : toGrid(plan.tensors, plan.layers)), [plan]);
  return useMemo(
    () => toScene(grid, plan?.tensors ?? [], rows, { metric, range, modules }, result?.rollups),
    [grid, plan, rows, result, metric, range, modules],
  );
}
