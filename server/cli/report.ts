import { resolve } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import { Command } from 'commander';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import { shownPath } from '../shownPath.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { reportRecipe } from '../tasks/reportRecipe.ts';
import { examples, forceOption, jsonOption } from './options.ts';
import { recipeOfArguments } from './recipeArguments.ts';
import type { Answer, Run, Session } from './session.ts';

interface ReportFlags {
  readonly output: string;
  readonly spectra?: boolean;
  readonly force?: boolean;
}

/** `steer report RECIPE -o FILE`: an analysis to be handed on. */
export function reportCommand(run: Run): Command {
  const command = new Command('report')
    .summary('an analysis as one HTML file')
    .description(
      'Writes what analyze says, with pictures, the recipe, the hashes of its inputs and what was written already, into one HTML file that needs no network and no other file.',
    )
    .argument('<recipe>', 'a *.steer.yaml file, a stored direction, or an adapter')
    .requiredOption('-o, --output <file>', 'where the report goes')
    .option(
      '--spectra',
      'singular values of dense tensors too, which takes up to a minute each (default: where seconds do for all)',
    )
    .addOption(forceOption())
    .addOption(jsonOption())
    .action((recipe: string, flags: ReportFlags) => run((session) => reported(recipe, flags, session)));
  return examples(command, [
    ['steer report honest.steer.yaml -o report.html', 'beside a paper, or for a colleague'],
    ['steer report directions/honest -o honest.html --spectra', 'with the spectra of dense tensors'],
  ]);
}

async function reported(
  named: string,
  { output, spectra, force = false }: ReportFlags,
  session: Session,
): Promise<Answer> {
  const { folder, signal } = session;
  const recipe = await recipeOfArguments([named], session);
  await using work = new LazyWork('cpu', signal);
  const result = await reportRecipe(
    {
      recipe,
      subject: resolve(folder, named),
      isRecipeFile: namesRecipe(named),
      output: resolve(folder, output),
      force,
      spectra,
    },
    session,
    work.open,
  );
  return {
    result,
    text: `Wrote ${shownPath(result.path, folder)}: ${bytes(result.bytes)}, one file that needs no other.`,
  };
}
