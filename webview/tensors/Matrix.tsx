import { useState } from 'preact/hooks';
import { FailureNote } from '../components/FailureNote.tsx';
import { t } from '../strings.ts';
import { useRequest } from '../useRequest.ts';
import { HeatPicture } from './HeatPicture.tsx';
import { MatrixControls } from './MatrixControls.tsx';
import { sizeOf, wholeView } from './matrixView.ts';
import type { TensorPageProps } from './TensorPage.tsx';
import { ValuesGrid } from './ValuesGrid.tsx';

interface Props extends TensorPageProps {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The tensor's last two dimensions as a picture, and under it the values of the part that is shown. */
export function Matrix(props: Props) {
  const { bridge, model, name, shape, state, version } = props;
  const size = sizeOf(shape);
  const [slice, setSlice] = useState(0);
  const [view, setView] = useState(() => wholeView(size));
  const [height, width] = [pictureHeight(size.rows), 480];
  const params = { path: model.path, name, slice, ...view, width, height };
  const answer = useRequest(bridge, 'tensor/picture', params, version);
  if (size.rows * size.columns * size.slices === 0) return null;
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  if (answer.failure !== undefined && answer.failure.code !== 'unsupported-dtype')
    return <FailureNote failure={answer.failure} onOpenLog={openLog} onTryAgain={answer.start} />;
  if (answer.failure !== undefined) return null; // What the statistics say of the dtype is enough.
  return (
    <section class="matrix" aria-label={t('Matrix')}>
      <MatrixControls
        {...{ shape, size, slice, view, state }}
        change={props.change}
        onSlice={setSlice}
        onView={setView}
      />
      {!state.isTable && (
        <HeatPicture
          picture={answer.value}
          shown={view}
          size={size}
          height={height}
          cell={state.cell}
          onView={setView}
        />
      )}
      <ValuesGrid {...{ bridge, name, slice, view, version }} path={model.path} dtype={dtypeOf(props)} />
    </section>
  );
}

/** The same for every window of a matrix, so that nothing jumps. */
function pictureHeight(rows: number): number {
  return Math.min(240, Math.max(24, rows * 4));
}

function dtypeOf({ model: { tensors }, index }: Props): string {
  return tensors.dtypes[tensors.dtype[index] ?? 0] ?? '';
}
