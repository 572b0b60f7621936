import { useMemo } from 'preact/hooks';
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
  readonly onCopy: (text: string) => void;
  readonly onShow: (() => void) | undefined;
  readonly onOpen: (name: string) => void;
  readonly onSpectrum: (name: string) => void;
}

/** Bars over the heat map, and beside it the facts of what is selected. */
export function Picture({ scene, state, change, onCopy, onShow, onOpen, onSpectrum }: Props) {
  const { grid, numbers, scale, stacks } = scene;
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
            range={state.range}
            onRange={() => change({ range: undefined })}
          />
        </>
      )}
      <div class="picture-columns">
        <div>
          <Heatmap
            {...scene}
            selected={state.selected}
            pinned={state.pinned}
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
          onCopy={onCopy}
          onShow={onShow}
          onOpen={onOpen}
          onSpectrum={onSpectrum}
          onOnly={(layer) => change({ range: { first: layer, last: layer } })}
        />
      </div>
    </div>
  );
}
