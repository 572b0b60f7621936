import { Command, Option } from 'commander';
import { compare, differs } from '../analysis/compare.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { openWithAdapter } from '../tasks/openReference.ts';
import { wholeNumber } from './count.ts';
import { examples, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { compareText } from './compareText.ts';

interface CompareFlags {
  readonly values?: boolean;
  readonly exitCode?: boolean;
  readonly format: 'text' | 'markdown';
  readonly top?: number;
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
    .addOption(
      new Option(
        '--top <count>',
        'print no more than so many tensors of a kind, those that moved most first',
      ).argParser(wholeNumber(1)),
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
    ['steer compare a b --values --format markdown --top 15', 'a comment on a pull request'],
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
  const text = compareText(result, { values, format: flags.format, top: flags.top ?? Infinity });
  return { result, text, status: flags.exitCode === true && differs(result) ? 1 : 0 };
}
