import { resolve } from 'node:path';
import type { InitResult } from '#protocol/results.ts';
import { Command } from 'commander';
import { shellWord } from '../shellWord.ts';
import { shownPath } from '../shownPath.ts';
import { createRecipe, recipeNameOf } from '../tasks/createRecipe.ts';
import { openReference } from '../tasks/openReference.ts';
import { examples, forceOption, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';

interface InitFlags {
  readonly output?: string;
  readonly base?: string;
  readonly force?: boolean;
}

/** `steer init POSITIVE NEGATIVE`: a commented recipe from two fine-tunes. */
export function initCommand(run: Run): Command {
  const command = new Command('init')
    .summary('a recipe from two fine-tunes')
    .description('Writes a commented recipe from two fine-tunes of one base.')
    .argument('<positive>', 'fine-tune that shows the behaviour')
    .argument('<negative>', 'fine-tune that shows its opposite, or the base')
    .option('-o, --output <file>', 'where the recipe goes; default: the name of POSITIVE.steer.yaml')
    .option('--base <model>', 'the model that both started from; default: the one that the adapters name')
    .addOption(forceOption())
    .addOption(jsonOption())
    .action((positive: string, negative: string, flags: InitFlags) =>
      run((session) => initiated([positive, negative], flags, session)),
    );
  return examples(command, [
    ['steer init adapters/honest adapters/sycophantic', 'writes honest.steer.yaml'],
    ['steer init adapters/honest models/base -o recipes/honest.steer.yaml', 'from the base to the fine-tune'],
  ]);
}

async function initiated(
  [positive, negative]: readonly [string, string],
  { output, base, force = false }: InitFlags,
  session: Session,
): Promise<Answer> {
  const { folder } = session;
  const path = resolve(folder, output ?? `${await nameOf(positive, session)}.steer.yaml`);
  const source = { kind: 'contrast', positive, negative } as const;
  const result = await createRecipe({ path, source, ...(base !== undefined && { base }) }, session, {
    force,
  });
  return { result, text: initText(result, folder) };
}

async function nameOf(positive: string, session: Session): Promise<string> {
  return recipeNameOf(await openReference(positive, session));
}

export function initText({ path, base }: InitResult, folder: string): string {
  const shown = shownPath(path, folder);
  const about = base === null ? 'without a base' : `the base is ${base}`;
  return `Wrote ${shown}: ${about}.\nNext: steer write ${shellWord(shown)}`;
}
