import type { CompareResult, TensorChange, TensorDifference } from '#protocol/results.ts';
import { Command, Option } from 'commander';
import { compare, differs } from '../analysis/compare.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { counted, percent, significant } from '../numbers.ts';
import { openWithAdapter } from '../tasks/openReference.ts';
import { examples, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { type Column, markdownTable, table } from './table.ts';

interface CompareFlags {
  readonly values?: boolean;
  readonly exitCode?: boolean;
  readonly format: 'text' | 'markdown';
}

/** `steer compare A B`: structure, then values. */
export function compareCommand(run: Run): Command {
  const command = new Command('compare')
    .summary('what one model has other than another')
    .description(
      'Says what model B has other than model A: tensors, dtypes, shapes, and with --values their numbers.',
    )
    .argument('<a>', 'model, or MODEL+ADAPTER')
    .argument('<b>', 'the same')
    .option('--values', 'read all weights, and measure B − A tensor by tensor')
    .option('--exit-code', 'exit with 1 where anything differs, values included')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['text', 'markdown']).default('text'),
    )
    .addOption(jsonOption())
    .action((a: string, b: string, flags: CompareFlags) =>
      run((session) => compared([a, b], flags, session)),
    );
  return examples(command, [
    ['steer compare models/base models/tuned', 'tensors that only one has, other dtypes and shapes'],
    ['steer compare models/base models/tuned --values', 'and how far each tensor moved'],
    ['steer compare base+adapters/honest merged --values', 'what merging an adapter lost'],
    ['steer compare a b --exit-code && echo same', 'in scripts'],
    ['steer compare a b --values --format markdown', 'a table for a model card or a pull request'],
  ]);
}

async function compared(
  [a, b]: readonly [string, string],
  flags: CompareFlags,
  session: Session,
): Promise<Answer> {
  const { signal, warnings, report } = session;
  const models = [await openWithAdapter(a, session), await openWithAdapter(b, session)] as const;
  await using work = new LazyWork('cpu', signal);
  const values = flags.values === true || flags.exitCode === true;
  const result = await compare(...models, { values, work: work.open, signal, warnings, report });
  const text = compareText(result, { values, print: flags.format === 'markdown' ? markdownTable : table });
  return { result, text, status: flags.exitCode === true && differs(result) ? 1 : 0 };
}

interface TextOptions {
  /** Whether values were compared. */
  readonly values: boolean;
  readonly print: (columns: readonly Column[], rows: readonly (readonly string[])[]) => string;
}

export function compareText(result: CompareResult, { values, print }: TextOptions): string {
  const { onlyInA, onlyInB, changed, tensors } = result;
  const moved = tensors.filter(({ changedShare }) => changedShare !== 0);
  const parts = [
    onlyInA.length === 0
      ? ''
      : print(
          [{ heading: 'only in A' }],
          onlyInA.map((name) => [name]),
        ),
    onlyInB.length === 0
      ? ''
      : print(
          [{ heading: 'only in B' }],
          onlyInB.map((name) => [name]),
        ),
    changed.length === 0 ? '' : print(changeColumns, changed.map(changeCells)),
    moved.length === 0 ? '' : print(valueColumns, moved.map(valueCells)),
  ].filter((part) => part !== '');
  return [...parts, summary(result, { values, moved: moved.length })].join('\n\n');
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
  { heading: 'cosine', align: 'right' },
  { heading: 'changed', align: 'right' },
];

function valueCells({
  name,
  norm,
  relativeNorm,
  maxAbs,
  cosine,
  changedShare,
}: TensorDifference): readonly string[] {
  const angle = cosine === null ? significant(cosine) : cosine.toFixed(6);
  return [name, significant(norm), percent(relativeNorm), significant(maxAbs), angle, percent(changedShare)];
}
