import { resolve } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ServerError } from '../errors.ts';
import { parseStrengths } from '../recipes/strengths.ts';
import { generateText } from '../tasks/generateText.ts';
import { examples, jsonOption } from './options.ts';
import { messageOption, promptOf, systemOption } from './promptOptions.ts';
import type { Answer, Run, Session } from './session.ts';

interface GenerateFlags {
  readonly recipe?: string;
  readonly strength: readonly string[];
  readonly prompt?: string;
  readonly message?: string;
  readonly system?: string;
  readonly ids?: readonly number[];
  readonly maxTokens: number;
}

/** `steer generate MODEL`: text from the checkpoint itself. */
export function generateCommand(run: Run): Command {
  const command = new Command('generate')
    .summary('text from the checkpoint itself, at any strength')
    .description(
      'Generates text, always the likeliest token, from the checkpoint on the disk; nothing is converted or written.',
    )
    .argument('<model>', 'a checkpoint, or MODEL+ADAPTER')
    .option('--recipe <file>', 'steers along the direction of a *.steer.yaml file')
    .addOption(
      new Option('--strength <k...>', "replaces the recipe's strengths: numbers, lists, ranges FROM:TO:STEP")
        .default([], "the recipe's")
        .argParser((value: string, before: readonly string[]) => [...before, value]),
    )
    .addOption(new Option('--prompt <text>', 'what the text goes on from').conflicts(['ids', 'message']))
    .addOption(messageOption())
    .addOption(systemOption())
    .addOption(
      new Option('--ids <ids>', 'the same as token ids, taken literally: 1,2,3')
        .argParser(toIds)
        .conflicts(['message', 'system']),
    )
    .addOption(new Option('--max-tokens <n>', 'the most tokens of a text').argParser(toCount).default(64))
    .addOption(jsonOption())
    .action((model: string, flags: GenerateFlags) => run((session) => generated(model, flags, session)));
  return examples(command, [
    ['steer generate models/base --prompt "The capital of"', 'what the base says'],
    ['steer generate models/base --message "Who are you?"', 'in a conversation, with its chat template'],
    [
      'steer generate models/base --recipe honest.steer.yaml --strength -1 0 1 --prompt "The capital of"',
      'side by side',
    ],
  ]);
}

async function generated(model: string, flags: GenerateFlags, session: Session): Promise<Answer> {
  const { ids, maxTokens } = flags;
  const prompt = ids === undefined ? promptOf(flags.prompt, flags) : { text: '' };
  if (prompt === undefined)
    throw new ServerError(
      'usage',
      'generate',
      'goes on from something: --message TEXT, --prompt TEXT or --ids 1,2,3',
    );
  const { values, overrides } = parseStrengths(flags.strength);
  if (overrides.size > 0) throw new ServerError('usage', '--strength', 'takes numbers here, not NAME=K');
  if (values.length > 0 && flags.recipe === undefined)
    throw new ServerError(
      'usage',
      '--strength',
      'is how far to go along a direction; name one with --recipe',
    );
  const recipe = flags.recipe === undefined ? undefined : resolve(session.folder, flags.recipe);
  const options = { model, recipe, strengths: values, ids, prompt, maxTokens };
  const texts = await generateText(options, session);
  return { result: texts, text: texts.map(lines).join('\n\n') };
}

function lines({ strength, text }: GeneratedText): string {
  return `k = ${strength}\n${text}`;
}

function toIds(value: string): readonly number[] {
  const ids = value.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (ids.every((id) => Number.isSafeInteger(id))) return ids;
  throw new InvalidArgumentError('It takes whole numbers with commas, such as 1,2,3.');
}

function toCount(value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It takes a whole number above 0.');
}
