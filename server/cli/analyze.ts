import { Command } from 'commander';
import { analyze } from '../analysis/analyze.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { openRecipe } from '../tasks/openRecipe.ts';
import { analyzeCsv } from './analyzeCsv.ts';
import { analyzeText } from './analyzeText.ts';
import { examples, jsonOption } from './options.ts';
import { recipeOfArguments } from './recipeArguments.ts';
import type { Answer, Run, Session } from './session.ts';

interface AnalyzeFlags {
  readonly csv?: boolean;
  readonly spectra?: boolean;
}

/** `steer analyze RECIPE|DIRECTION|ADAPTER` or `steer analyze A B`: size and shape of the direction. */
export function analyzeCommand(run: Run): Command {
  const command = new Command('analyze')
    .summary('size and shape of a direction')
    .description(
      'Shows size and shape of a direction by layers, modules and tensors: norms, ranks and, with --json, singular values.',
    )
    .argument('<recipe>', 'a *.steer.yaml file, a stored direction, or an adapter')
    .argument(
      '[other]',
      'with a model as the first argument: another one, for what changes from the first to it',
    )
    .option('--csv', 'print a table of all tensors with commas in between')
    .option(
      '--spectra',
      'singular values of dense tensors too, which takes up to a minute each (default: where seconds do for all)',
    )
    .addOption(jsonOption().conflicts('csv'))
    .action((first: string, other: string | undefined, flags: AnalyzeFlags) =>
      run((session) => analyzed([first, other], flags, session)),
    );
  return examples(command, [
    ['steer analyze honest.steer.yaml', 'how far the direction reaches in each layer'],
    ['steer analyze adapters/honest', 'the same of one adapter'],
    ['steer analyze models/base models/tuned', 'what a fine-tune has changed'],
    ['steer analyze models/base models/tuned --spectra', 'and how many directions that takes'],
    ['steer analyze directions/honest --json', 'every tensor with its singular values'],
    ['steer analyze directions/honest --csv > honest.csv', 'a table for a spreadsheet'],
  ]);
}

type Arguments = readonly [first: string, other: string | undefined];

async function analyzed(names: Arguments, flags: AnalyzeFlags, session: Session): Promise<Answer> {
  const { signal, warnings, report } = session;
  const direction = await openRecipe(await recipeOfArguments(names, session), session);
  await using work = new LazyWork('cpu', signal);
  const { spectra } = flags;
  const result = await analyze(direction, { work: await work.open(), signal, report, warnings, spectra });
  return { result, text: flags.csv === true ? analyzeCsv(result) : analyzeText(result) };
}
