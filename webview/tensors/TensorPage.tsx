import { shapeAt, type OpenedModel } from '#protocol/viewer.ts';
import type { Bridge } from '../bridge.ts';
import { Button } from '../components/controls.ts';
import { TensorName } from '../components/TensorName.tsx';
import { bytes, grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { FactList } from './FactList.tsx';
import { Matrix } from './Matrix.tsx';
import { Statistics } from './Statistics.tsx';
import { TableToggle } from './TableToggle.tsx';
import { shapeText } from './TreeLine.tsx';
import type { ChangeState, ViewState } from './viewState.ts';

export interface TensorPageProps {
  readonly bridge: Bridge;
  readonly model: OpenedModel;
  /** Row of the columns. */
  readonly index: number;
  readonly state: ViewState;
  readonly change: ChangeState;
  /** Another for each change of the files. */
  readonly version: number;
  readonly onCopy: (text: string) => void;
}

/** Everything about one tensor: where it is, its numbers, its picture, its values. */
export function TensorPage(props: TensorPageProps) {
  const { bridge, model, index, state, change, onCopy } = props;
  const name = model.tensors.names[index] ?? '';
  return (
    <>
      <div class="pane-head">
        <h2>
          <TensorName name={name} onCopy={onCopy} />
        </h2>
        <TableToggle isTable={state.isTable} change={change} />
        <Button
          appearance="icon"
          icon="layers"
          label={t('Show in Layers')}
          onClick={() => bridge.tell({ kind: 'showTensorIn', place: 'layers', name })}
        />
        <Button
          appearance="icon"
          icon="close"
          label={t('Back to the model')}
          onClick={() => change({ selected: undefined })}
        />
      </div>
      <FactList facts={placeFacts(model, index)} />
      <Statistics {...props} name={name} />
      <Matrix {...props} name={name} shape={shapeAt(model.tensors, index)} />
    </>
  );
}

/** What the header says of a tensor. */
function placeFacts({ tensors, files, tied }: OpenedModel, index: number) {
  const shape = shapeAt(tensors, index);
  const elements = shape.reduce((product, size) => product * size, 1);
  const [offset, size] = [tensors.offset[index] ?? 0, tensors.bytes[index] ?? 0];
  const file = files[tensors.file[index] ?? 0];
  const other = tied?.embedding === tensors.names[index] ? tied?.head : undefined;
  return [
    { name: t('Shape'), value: shapeText(shape), hint: t('{0} elements', grouped(elements)) },
    { name: t('dtype'), value: tensors.dtypes[tensors.dtype[index] ?? 0] ?? '', hint: '' },
    { name: t('Size'), value: bytes(size), hint: t('{0} bytes', grouped(size)) },
    { name: t('File'), value: file?.name ?? '', hint: file?.path ?? '' },
    {
      name: t('Offset'),
      value: grouped(offset),
      hint: t('Bytes {0} to {1} of the file', grouped(offset), grouped(offset + size)),
    },
    ...(other === undefined ? [] : [{ name: t('Tied'), value: other, hint: t('One tensor with two names') }]),
  ];
}
