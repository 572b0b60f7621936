import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import { Command, Option } from 'commander';
import { ServerError } from '../errors.ts';
import { counted } from '../numbers.ts';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import { parseStrengths } from '../recipes/strengths.ts';
import { shownPath } from '../shownPath.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { readPromptFile } from '../tasks/share/promptFile.ts';
import { shareRecipe } from '../tasks/share/shareRecipe.ts';
import { wholeNumber } from './count.ts';
import { examples, forceOption, jsonOption } from './options.ts';
import { recipeOfArguments } from './recipeArguments.ts';
import { numberTo, toWhole } from './samplingOptions.ts';
import type { Answer, Run, Session } from './session.ts';

interface ShareFlags {
  readonly prompts: string;
  readonly output: string;
  readonly strength: readonly string[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly random: boolean;
  readonly force?: boolean;
}

/** `steer share RECIPE --prompts P -o FILE`: recorded texts with a slider, to be handed on. */
export function shareCommand(run: Run): Command {
  const command = new Command('share')
    .summary('texts at 21 strengths as one HTML file with a slider')
    .description(
      'Records what the model says at every strength, beside the base and a random direction, and writes it into one HTML file whose readers drag the strength; it needs no network and no other file.',
    )
    .argument('<recipe>', 'a *.steer.yaml file, a stored direction, or an adapter')
    .requiredOption(
      '--prompts <file>',
      'a *.jsonl of {"message", "system"} or {"prompt"}, or a text file with a message a line; at most 50',
    )
    .requiredOption('-o, --output <file>', 'where the page goes')
    .addOption(
      new Option('--strength <k...>', 'numbers, lists, ranges FROM:TO:STEP')
        .default([], "-2:2:0.2 and the recipe's")
        .argParser((value: string, before: readonly string[]) => [...before, value]),
    )
    .addOption(
      new Option('--max-tokens <n>', 'the most tokens of a text').argParser(wholeNumber(1)).default(64),
    )
    .addOption(
      new Option('--temperature <t>', '0: always the likeliest token').argParser(numberTo(100)).default(0),
    )
    .addOption(
      new Option('--seed <n>', 'of the random direction, and of what is sampled')
        .argParser(toWhole)
        .default(0),
    )
    .option('--no-random', 'without a random direction beside it, in half the time')
    .addOption(forceOption())
    .addOption(jsonOption())
    .action((recipe: string, flags: ShareFlags) => run((session) => shared(recipe, flags, session)));
  return examples(command, [
    ['steer share honest.steer.yaml --prompts questions.txt -o honest.html', 'for whoever has a browser'],
    [
      'steer share honest.steer.yaml --prompts q.jsonl -o honest.html --strength -1:1:0.25',
      'at nine strengths',
    ],
  ]);
}

async function shared(named: string, flags: ShareFlags, session: Session): Promise<Answer> {
  const { folder, signal } = session;
  const { maxTokens, temperature, seed, random, force = false } = flags;
  const { values, overrides } = parseStrengths(flags.strength);
  if (overrides.size > 0) throw new ServerError('usage', '--strength', 'takes numbers here, not NAME=K');
  const promptFile = resolve(folder, flags.prompts);
  const prompts = await readPromptFile(promptFile, signal);
  const recipe = await recipeOfArguments([named], session);
  await using work = new LazyWork('cpu', signal);
  const result = await shareRecipe(
    {
      recipe,
      subject: resolve(folder, named),
      isRecipeFile: namesRecipe(named),
      output: resolve(folder, flags.output),
      force,
      prompts,
      promptFile,
      strengths: values,
      maxTokens,
      sampling: { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed },
      withRandom: random,
      script: await readFile(join(import.meta.dirname, 'share.js'), 'utf8'),
    },
    session,
    work.open,
  );
  const { path, prompts: count, strengths } = result;
  const what = `${counted(count, 'prompt')} at ${counted(strengths.length, 'strength')}`;
  return { result, text: `Wrote ${shownPath(path, folder)}: ${what}, ${bytes(result.bytes)}, one file.` };
}
