import type { TensorPlace } from '#protocol/analysis.ts';
import type { Restriction } from '#protocol/recipes.ts';
import type { Cell, Column } from './grid.ts';
import type { Range, ViewState } from './viewState.ts';

/** Layers and modules that somebody has brushed over; undefined: all. */
export type Brush = Pick<ViewState, 'range' | 'modules'>;

/** Whether a column is brushed: by its key, or by its module or group, as recipes name them. */
export function isBrushed({ group, module }: Column, modules: Brush['modules']): boolean {
  return (
    modules === undefined || [columnKey(group, module), module, group].some((each) => modules.includes(each))
  );
}

/** The brushed modules once one of these columns is added or taken away; none left are all. */
export function toggled(
  column: Column,
  columns: readonly Column[],
  modules: Brush['modules'],
): Brush['modules'] {
  const own = modules === undefined ? [] : columns.filter((each) => isBrushed(each, modules));
  const next = own.includes(column) ? own.filter((each) => each !== column) : [...own, column];
  return next.length === 0 ? undefined : next.map(({ group, module }) => columnKey(group, module));
}

/** All tensors where nothing is brushed, else those of the layers that are. */
export function brushedTensors(
  tensors: readonly TensorPlace[],
  { range, modules }: Brush,
): readonly TensorPlace[] {
  if (range === undefined && modules === undefined) return tensors;
  return tensors.filter(
    ({ layer, group, module }) =>
      layer !== null && isIn(layer, range) && isBrushed({ group, module }, modules),
  );
}

/** What a recipe has to say so that of `all` these move and no others; with layers alone, what is outside them stays. */
export function brushRestriction(all: readonly TensorPlace[], brush: Brush): Restriction {
  const { range, modules } = brush;
  if (modules === undefined) return range === undefined ? {} : { layers: range };
  return restrictionTo(brushedTensors(all, brush), all, range);
}

/** The same for one field of the picture. */
export function cellRestriction({ layer, tensors }: Cell, all: readonly TensorPlace[]): Restriction {
  return restrictionTo(tensors, all, layer === null ? undefined : { first: layer, last: layer });
}

/** By layers and modules where those tell the tensors from all others, else by name. */
function restrictionTo(
  tensors: readonly TensorPlace[],
  all: readonly TensorPlace[],
  layers: Range | undefined,
): Restriction {
  const modules = new Map(tensors.map(({ module, group }) => [module, group]));
  const meant = all.filter(
    ({ module, layer }) => modules.has(module) && (layer === null || isIn(layer, layers)),
  );
  if (meant.length !== tensors.length) return { include: tensors.map(({ name }) => name) };
  return {
    ...(layers !== undefined && { layers }),
    modules: [...modules].map(([name, group]) => ({ name, group })),
  };
}

function isIn(layer: number, range: Range | undefined): boolean {
  return range === undefined || (range.first <= layer && layer <= range.last);
}

function columnKey(group: string, module: string): string {
  return `${group}/${module}`;
}
