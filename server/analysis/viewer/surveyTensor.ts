import type { SurveyProgress } from '#protocol/requests.ts';
import type { TensorStatistics, ValueStatistics } from '#protocol/tensorView.ts';
import { asMatrix } from '../../directions/jobBuilder.ts';
import { type DecodableDType, isDecodable } from '../../tensors/decode.ts';
import { elementCount } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { RunOptions, Work } from '../../work/job.ts';
import { elementWidth } from '../../work/storedElement.ts';
import { mostColumns, mostRows, type SurveyItem } from '../../work/viewItems.ts';
import { inOrder } from './inOrder.ts';
import { isTurned, storedMatrix, storedOtherwise } from './storedLayout.ts';
import { SurveySum } from './surveySum.ts';
import { valueStatistics } from './valueStatistics.ts';

export interface SurveyOptions extends Pick<RunOptions, 'signal'> {
  readonly work: Work;
  readonly report?: (progress: SurveyProgress) => void;
  /** How long between one telling of what was read so far and the next; default: 500. */
  readonly pause?: number;
}

/** Reads all of a tensor once, and says everything about its values; a view has to be laid out before. Errors: those of reading. */
export async function surveyTensor(
  tensor: StoredTensor,
  { work, signal, report, pause = 500 }: SurveyOptions,
): Promise<TensorStatistics> {
  const item = itemOf(tensor);
  const { dtype } = item;
  const width = dtype === null ? 1 : elementWidth(dtype);
  const sum = new SurveySum(item, { patterns: width === 1 ? 256 : 65_536, isWide: width > 2 });
  let soFar: ValueStatistics | undefined;
  let due = performance.now() + pause;
  const onUnit = inOrder((_, { survey }) => {
    if (survey !== undefined) sum.add(survey);
    if (dtype === null || report === undefined || performance.now() < due) return;
    soFar = { ...valueStatistics(sum, dtype), rows: null, columns: null };
    due = performance.now() + pause;
  });
  await work.run(
    { inputs: [tensor.file], outputs: [], items: [item] },
    {
      signal,
      onUnit,
      ...(report && {
        report: (progress) => report({ ...progress, ...(soFar !== undefined && { soFar }) }),
      }),
    },
  );
  const { name, shape } = tensor;
  const warnings = storedOtherwise(tensor);
  return {
    name,
    dtype: tensor.dtype,
    shape,
    elements: elementCount(shape) ?? 0,
    values: dtype === null ? null : inItsOwnAxes(tensor, valueStatistics(sum, dtype)),
    byteCounts: dtype === null ? sum.counts : null,
    unknown:
      dtype === null
        ? `What the bits of ${tensor.dtype} mean, or how they lie, is not known here, so only bytes were counted.`
        : null,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** Rows that are stored as columns were measured as those. */
function inItsOwnAxes(tensor: StoredTensor, values: ValueStatistics): ValueStatistics {
  return isTurned(tensor) ? { ...values, rows: values.columns, columns: values.rows } : values;
}

function itemOf(tensor: StoredTensor): SurveyItem {
  const { name, offset } = tensor;
  const dtype = dtypeOf(tensor);
  const { shape } = storedMatrix(tensor);
  const { rows, columns } = asMatrix(shape);
  const isMatrix = shape.length > 1 && rows > 0 && columns > 0;
  const isMeasured = isMatrix && dtype !== null && rows <= mostRows && columns <= mostColumns;
  return {
    kind: 'survey',
    name,
    source: { file: 0, offset },
    dtype,
    count: dtype === null ? tensor.bytes : (elementCount(shape) ?? 0),
    columns: isMeasured ? columns : null,
  };
}

/** Null where the bytes are not values of a dtype that is known here; those of a view are, once they are put in order. */
export function dtypeOf(tensor: StoredTensor): DecodableDType | null {
  const { dtype, shape, bytes } = tensor;
  if (!isDecodable(dtype)) return null;
  return elementWidth(dtype) * (elementCount(shape) ?? Number.NaN) === bytes ? dtype : null;
}
