import { Command, Option } from 'commander';
import { LazyWork } from '../tasks/lazyWork.ts';
import { vocabularyReading } from '../tasks/vocabularyReading.ts';
import { wholeNumber } from './count.ts';
import { examples, jsonOption } from './options.ts';
import { recipeOfArguments } from './recipeArguments.ts';
import type { Answer, Run, Session } from './session.ts';
import { vocabularyText } from './vocabularyText.ts';

interface VocabularyFlags {
  readonly tokens: number;
  readonly vectors: number;
  readonly seed: number;
}

/** `steer vocabulary RECIPE|DIRECTION|ADAPTER`: what a direction writes, in tokens. */
export function vocabularyCommand(run: Run): Command {
  const command = new Command('vocabulary')
    .summary('what a direction writes, in tokens')
    .description(
      'Reads the leading singular vectors of a direction through the final norm and the unembedding of its base: the tokens that they promote and suppress, beside those of a random direction.',
    )
    .argument('<recipe>', 'a *.steer.yaml file, a stored direction, or an adapter')
    .addOption(new Option('--tokens <count>', 'tokens at each end').argParser(wholeNumber(1)).default(10))
    .addOption(
      new Option('--vectors <count>', 'singular vectors of each tensor').argParser(wholeNumber(1)).default(1),
    )
    .addOption(new Option('--seed <number>', 'of the random directions').argParser(wholeNumber(0)).default(0))
    .addOption(jsonOption())
    .action((path: string, flags: VocabularyFlags) => run((session) => read(path, flags, session)));
  return examples(command, [
    ['steer vocabulary honest.steer.yaml', 'what each tensor that writes to the stream says'],
    ['steer vocabulary adapters/honest --vectors 3 --tokens 20', 'more of each'],
  ]);
}

async function read(path: string, flags: VocabularyFlags, session: Session): Promise<Answer> {
  const recipe = await recipeOfArguments([path], session);
  await using work = new LazyWork('cpu', session.signal);
  const result = await vocabularyReading(recipe, session, {
    ...flags,
    work: work.open,
    tell: (progress) => {
      if (progress.kind === 'state') session.report(progress);
    },
  });
  return { result, text: vocabularyText(result) };
}
