import type { CompareResult, TensorChange, TensorDifference } from '#protocol/results.ts';
import { counted, grouped, percent, significant } from '../numbers.ts';
import { type Column, markdownTable, table } from './table.ts';

interface TextOptions {
  /** Whether values were compared. */
  readonly values: boolean;
  readonly format: 'text' | 'markdown';
  /** Rows of each table. */
  readonly top: number;
}

/** What `compare` found, for people: those that moved most first, and those that did not are only counted. */
export function compareText(result: CompareResult, { values, format, top }: TextOptions): string {
  const { onlyInA, onlyInB, changed, tensors } = result;
  const moved = tensors.filter(({ changedShare }) => changedShare !== 0).toSorted(byMove);
  const print = format === 'markdown' ? markdownTable : table;
  const part = (columns: readonly Column[], rows: readonly (readonly string[])[]) => {
    const more = rows.length > top ? [`… and ${grouped(rows.length - top)} more.`] : [];
    return rows.length === 0
      ? []
      : [[print(columns, rows.slice(0, top)), ...more].join(format === 'text' ? '\n' : '\n\n')];
  };
  const parts = [
    ...part([{ heading: 'only in A' }], onlyInA.map(alone)),
    ...part([{ heading: 'only in B' }], onlyInB.map(alone)),
    ...part(changeColumns, changed.map(changeCells)),
    ...part(valueColumns, moved.map(valueCells)),
  ];
  const summed = summary(result, { values, moved: moved.length });
  // Whoever reads a comment wants the sentence, whoever looks at a terminal sees its last line.
  return (format === 'markdown' ? [`**${summed}**`, ...parts] : [...parts, summed]).join('\n\n');
}

/** What cannot be measured comes last. */
function byMove(one: TensorDifference, other: TensorDifference): number {
  return (other.relativeNorm ?? -1) - (one.relativeNorm ?? -1);
}

function alone(name: string): readonly string[] {
  return [name];
}

function summary(
  result: CompareResult,
  { values, moved }: { readonly values: boolean; readonly moved: number },
): string {
  const { onlyInA, onlyInB, changed, tensors } = result;
  const isSame = onlyInA.length === 0 && onlyInB.length === 0 && changed.length === 0;
  const structure = isSame
    ? 'The same tensors, dtypes and shapes.'
    : `${counted(onlyInA.length, 'tensor')} only in A, ${onlyInB.length} only in B, ${changed.length} with another dtype or shape.`;
  if (!values) return `${structure} Values were not compared (--values).`;
  const same = tensors.length - moved;
  return `${structure} Values: ${counted(moved, 'tensor')} moved, ${same} the same.`;
}

const changeColumns: readonly Column[] = [
  { heading: 'tensor' },
  { heading: 'dtype in A' },
  { heading: 'dtype in B' },
  { heading: 'shape in A' },
  { heading: 'shape in B' },
];

function changeCells({ name, dtype, shape: [a, b] }: TensorChange): readonly string[] {
  return [name, ...dtype, a.join(' × '), b.join(' × ')];
}

const valueColumns: readonly Column[] = [
  { heading: 'tensor' },
  { heading: '‖B − A‖', align: 'right' },
  { heading: 'of ‖A‖', align: 'right' },
  { heading: 'max |B − A|', align: 'right' },
  { heading: 'max ulps', align: 'right' },
  { heading: 'cosine', align: 'right' },
  { heading: 'changed', align: 'right' },
];

function valueCells({
  name,
  norm,
  relativeNorm,
  maxAbs,
  maxUlps,
  cosine,
  changedShare,
}: TensorDifference): readonly string[] {
  const angle = cosine === null ? significant(cosine) : cosine.toFixed(6);
  const steps = maxUlps === null || maxUlps >= 1e9 ? significant(maxUlps) : grouped(maxUlps);
  const sizes = [significant(norm), percent(relativeNorm), significant(maxAbs), steps];
  return [name, ...sizes, angle, percent(changedShare)];
}
