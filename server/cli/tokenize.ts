import { Command } from 'commander';
import { ServerError } from '../errors.ts';
import { tokenizeText } from '../tasks/tokenizeText.ts';
import { examples, jsonOption } from './options.ts';
import { messageOption, promptOf, systemOption } from './promptOptions.ts';
import type { Answer, Run, Session } from './session.ts';

interface TokenizeFlags {
  readonly message?: string;
  readonly system?: string;
}

/** `steer tokenize MODEL TEXT`: ids and back. */
export function tokenizeCommand(run: Run): Command {
  const command = new Command('tokenize')
    .summary('text as token ids, and back')
    .description("Encodes text with a model's tokenizer, or a message with its chat template.")
    .argument('<model>', 'a checkpoint')
    .argument('[text]', 'taken as it is')
    .addOption(messageOption())
    .addOption(systemOption())
    .addOption(jsonOption())
    .action((model: string, text: string | undefined, flags: TokenizeFlags) =>
      run((session) => tokenized(model, text, { flags, session })),
    );
  return examples(command, [
    ['steer tokenize models/base "The capital of"', 'one token a line'],
    ['steer tokenize models/base --message "Who are you?" --json', 'a conversation as the model sees it'],
  ]);
}

async function tokenized(
  model: string,
  text: string | undefined,
  { flags, session }: { readonly flags: TokenizeFlags; readonly session: Session },
): Promise<Answer> {
  if (text !== undefined && flags.message !== undefined)
    throw new ServerError('usage', 'tokenize', 'takes TEXT or --message TEXT, not both');
  const prompt = promptOf(text, flags);
  if (prompt === undefined)
    throw new ServerError('usage', 'tokenize', 'takes a text: TEXT or --message TEXT');
  const result = await tokenizeText(model, prompt, session);
  return { result, text: result.ids.map((id, at) => `${id}\t${result.tokens[at]}`).join('\n') };
}
