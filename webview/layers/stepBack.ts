import type { ViewState } from './viewState.ts';

/** What Escape changes: the table, the selection, the pin, what is brushed, one after another; undefined when all is shown. */
export function stepBack(state: ViewState): Partial<ViewState> | undefined {
  if (state.isTable) return { isTable: false };
  if (state.selected !== undefined) return { selected: undefined };
  if (state.pinned !== undefined) return { pinned: undefined };
  if (state.range === undefined && state.modules === undefined) return undefined;
  return { range: undefined, modules: undefined };
}
