import { useMemo } from 'preact/hooks';
import type { TensorPlace } from '#protocol/analysis.ts';
import { brushRestriction, cellRestriction } from './brush.ts';
import type { CellActions } from './cellActions.ts';
import { FactsPane } from './FactsPane.tsx';
import { cellsOf } from './grid.ts';
import { Heatmap } from './Heatmap.tsx';
import { LayerBars } from './LayerBars.tsx';
import { Legend } from './Legend.tsx';
import { RangeLine } from './RangeLine.tsx';
import type { Scene } from './scene.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly scene: Scene;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  /** Of the whole direction. */
  readonly tensors: readonly TensorPlace[];
  readonly actions: CellActions;
  /** What came of the last addition to the recipe. */
  readonly said: string | undefined;
}

/** Bars over the heat map, and beside it the facts of what is selected. */
export function Picture({ scene, state, change, tensors, actions, said }: Props) {
  const { grid, numbers, scale, stacks } = scene;
  const { recipe } = actions;
  const clamped = { ...state, range: state.range && scene.range };
  const cells = useMemo(() => new Map(cellsOf(grid).map((cell) => [cell.key, cell])), [grid]);
  return (
    <div class="picture">
      {stacks.length > 0 && (
        <>
          <LayerBars
            stacks={stacks}
            metric={numbers.metric}
            range={state.range}
            onRange={(range) => change({ range })}
          />
          <RangeLine
            grid={grid}
            numbers={numbers}
            tensors={scene.tensors}
            brush={clamped}
            onAdd={recipe && (() => recipe.restrict(brushRestriction(tensors, clamped)))}
            onAll={() => change({ range: undefined, modules: undefined })}
            said={said}
          />
        </>
      )}
      <div class="picture-columns">
        <div>
          <Heatmap
            {...scene}
            selected={state.selected}
            pinned={state.pinned}
            modules={state.modules}
            onModules={(modules) => change({ modules })}
            onSelect={(selected) => change({ selected })}
            onPin={(key) => change({ pinned: state.pinned === key ? undefined : key })}
          />
          <Legend scale={scale} numbers={numbers} hasHatched={scene.hasHatched} hasBlank={scene.hasBlank} />
        </div>
        <FactsPane
          selected={cells.get(state.selected ?? '')}
          pinned={cells.get(state.pinned ?? '')}
          numbers={numbers}
          onUnpin={() => change({ pinned: undefined })}
          actions={actions}
          onAdd={(cell) => recipe?.restrict(cellRestriction(cell, tensors))}
          onOnly={(layer) => change({ range: { first: layer, last: layer } })}
        />
      </div>
    </div>
  );
}
