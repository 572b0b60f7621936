import { Option } from 'commander';
import { ServerError } from '../errors.ts';
import type { Prompt } from '#protocol/generation.ts';

export function messageOption(): Option {
  return new Option('--message <text>', "what a person says, in the model's chat template");
}

export function systemOption(): Option {
  return new Option('--system <text>', 'the system message before it');
}

/** Undefined where nothing is asked for; a system message alone is `usage`. */
export function promptOf(
  text: string | undefined,
  { message, system }: { readonly message?: string; readonly system?: string },
): Prompt | undefined {
  if (message !== undefined) return { message, system };
  if (system !== undefined) throw new ServerError('usage', '--system', 'comes before a --message TEXT');
  return text === undefined ? undefined : { text };
}
