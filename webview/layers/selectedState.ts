import type { LayerSelection } from '#protocol/panel.ts';
import { cellKeyOf } from './grid.ts';
import type { Plan } from './run.ts';
import type { ViewState } from './viewState.ts';

/** What is brushed or selected when somebody comes from a recipe, a header or a tensor. */
export function selectedState(
  { layers, modules, tensor }: LayerSelection,
  plan: Plan | undefined,
): Partial<ViewState> {
  if (tensor === undefined) return { isTable: false, range: layers, modules };
  const found = plan?.tensors.find(({ name }) => name === tensor);
  if (found === undefined) return {};
  return { isTable: false, range: undefined, modules: undefined, selected: cellKeyOf(found) };
}
