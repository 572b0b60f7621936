import { openFile } from '../../bytes/fileSource.ts';
import { ServerError } from '../../errors.ts';
import { isJsonObject } from '../../models/jsonFile.ts';
import type { Prompt } from '#protocol/generation.ts';

/** More is more than anybody reads. */
const mostPrompts = 50;

const largest = 2 ** 20;

/**
 * Prompts of a file, 1 to 50: of a `*.jsonl` file objects with a `message` and perhaps a `system`, or with a `prompt`
 * that is taken as it is, one a line; of another file what a person says, one a line. Empty lines are passed over.
 * Errors: `file-not-found`, `too-large` above 1 MB, `usage` by the line.
 */
export async function readPromptFile(path: string, signal: AbortSignal): Promise<readonly Prompt[]> {
  await using source = await openFile(path, signal);
  if (source.size > largest)
    throw new ServerError('too-large', path, `has ${source.size} bytes; the limit is ${largest}`);
  const text = new TextDecoder().decode(await source.read(0, source.size, signal));
  const isJson = /\.jsonl$/i.test(path);
  const prompts = text.split(/\r\n|\r|\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [isJson ? promptOf(line, path, at + 1) : { message: line }];
  });
  if (prompts.length >= 1 && prompts.length <= mostPrompts) return prompts;
  throw new ServerError('usage', path, `has ${prompts.length} prompts; 1 to ${mostPrompts} are due`);
}

function promptOf(line: string, path: string, number: number): Prompt {
  const refuse = (problem: string) => new ServerError('usage', path, problem, { place: [number, 1] });
  const value = parsed(line);
  if (!isJsonObject(value)) throw refuse('is no JSON object {…}');
  const { message, system, prompt } = value;
  if (
    typeof message === 'string' &&
    prompt === undefined &&
    (system === undefined || typeof system === 'string')
  )
    return { message, system };
  if (typeof prompt === 'string' && message === undefined && system === undefined) return { text: prompt };
  throw refuse('has neither a text "message", perhaps with a "system", nor a text "prompt"');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
