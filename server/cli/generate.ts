import { resolve } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ServerError } from '../errors.ts';
import { parseStrengths } from '../recipes/strengths.ts';
import { generateText } from '../tasks/generateText.ts';
import { wholeNumber } from './count.ts';
import { graphDeviceOption } from './deviceOption.ts';
import { examples, jsonOption } from './options.ts';
import { messageOption, promptOf, systemOption } from './promptOptions.ts';
import { numberTo, toWhole } from './samplingOptions.ts';
import type { Answer, Run, Session } from './session.ts';

interface GenerateFlags {
  readonly recipe?: string;
  readonly direction?: string;
  readonly strength: readonly string[];
  readonly prompt?: string;
  readonly message?: string;
  readonly system?: string;
  readonly ids?: readonly number[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly precision: 'exact' | 'fast';
  readonly device: 'auto' | 'cpu' | 'webgpu';
  readonly seed: number;
  readonly topLogprobs: number;
}

/** `steer generate MODEL`: text from the checkpoint itself. */
export function generateCommand(run: Run): Command {
  const command = new Command('generate')
    .summary('text from the checkpoint itself, at any strength')
    .description('Generates text from the checkpoint on the disk; nothing is converted or written.')
    .argument('<model>', 'a checkpoint, or MODEL+ADAPTER')
    .option('--recipe <file>', 'steers along the directions of a *.steer.yaml file')
    .addOption(
      new Option('--direction <model>', 'steers along a stored direction, or an adapter').conflicts('recipe'),
    )
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
    .addOption(
      new Option('--max-tokens <n>', 'the most tokens of a text').argParser(wholeNumber(1)).default(64),
    )
    .addOption(
      new Option('--temperature <t>', '0: always the likeliest token').argParser(numberTo(100)).default(0),
    )
    .addOption(new Option('--top-k <n>', 'of the n likeliest; 0: of all').argParser(toWhole).default(0))
    .addOption(new Option('--top-p <p>', 'of the likeliest that sum to p').argParser(numberTo(1)).default(1))
    .addOption(
      new Option('--min-p <p>', 'of those at least p times as likely as the likeliest')
        .argParser(numberTo(1))
        .default(0),
    )
    .addOption(
      new Option('--repetition-penalty <r>', 'above 1: what was said before is less likely')
        .argParser(penalty)
        .default(1),
    )
    .addOption(
      new Option('--seed <n>', 'the same for every strength, so that texts part where the model does')
        .argParser(toWhole)
        .default(0),
    )
    .addOption(
      new Option('--top-logprobs <n>', 'the n likeliest tokens of each step, in the JSON')
        .argParser(toWhole)
        .default(0),
    )
    .addOption(new Option('--precision <p>', 'exact: float32').choices(['exact', 'fast']).default('exact'))
    .addOption(graphDeviceOption())
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
  refuseMissing(flags, values.length > 0);
  const recipe = flags.recipe === undefined ? undefined : resolve(session.folder, flags.recipe);
  const options = {
    model,
    recipe,
    direction: flags.direction,
    strengths: values,
    ids,
    prompt,
    maxTokens,
    sampling: flags,
    topLogprobs: flags.topLogprobs,
    device: flags.device,
  };
  const texts = await generateText(options, session);
  return { result: texts, text: texts.map(lines).join('\n\n') };
}

function refuseMissing({ recipe, direction, precision }: GenerateFlags, hasStrength: boolean): void {
  if (hasStrength && recipe === undefined && direction === undefined)
    throw new ServerError(
      'usage',
      '--strength',
      'is how far to go along a direction; name one with --recipe or --direction',
    );
  if (precision === 'fast')
    throw new ServerError('usage', '--precision', 'fast is not there yet; exact is float32');
}

function lines({ strength, text }: GeneratedText): string {
  return `k = ${strength}\n${text}`;
}

function toIds(value: string): readonly number[] {
  const ids = value.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (ids.every((id) => Number.isSafeInteger(id))) return ids;
  throw new InvalidArgumentError('It takes whole numbers with commas, such as 1,2,3.');
}

function penalty(value: string): number {
  const number = numberTo(100)(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('It takes a number above 0.');
}
