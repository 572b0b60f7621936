import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FailureCode } from '#protocol/failure.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostic.ts';
import { parseRecipe } from './parseRecipe.ts';
import { maxRecipeLength } from './readTree.ts';
import type { Recipe } from './recipe.ts';

/**
 * Reads a recipe that must be right. What is wrong with its text is `invalid-recipe`, `unsupported-version` or
 * `duplicate-output`, with line and column of the first error from 1; a file that cannot be read is `file-not-found` or `unreadable`.
 */
export async function readRecipe(path: string, signal?: AbortSignal): Promise<Recipe> {
  const file = resolve(path);
  const { recipe, diagnostics } = parseRecipe(await readText(file, signal), { path: file });
  if (recipe !== undefined) return recipe;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  throw failure(file, errors);
}

async function readText(path: string, signal: AbortSignal | undefined): Promise<string> {
  const bytes = await readBytes(path, signal);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ServerError('invalid-recipe', path, 'is not UTF-8 text', { cause });
  }
}

/** Not a weights file that was named by mistake. */
async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (await isFolder(path)) {
    throw new ServerError('unreadable', path, 'is a folder, and a recipe is a file, such as `init` writes');
  }
  await using source = await openFile(path, signal);
  const limit = 4 * maxRecipeLength;
  if (source.size <= limit) return await source.read(0, source.size, signal);
  throw new ServerError('invalid-recipe', path, `has ${source.size} bytes; a recipe has at most ${limit}`);
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false, // Opening it says what is wrong.
  );
}

const ownCodes: ReadonlyMap<DiagnosticCode, FailureCode> = new Map([
  ['unsupported-version', 'unsupported-version'],
  ['duplicate-output', 'duplicate-output'],
]);

function failure(path: string, [first, ...others]: readonly Diagnostic[]): ServerError {
  if (first === undefined) return new ServerError('invalid-recipe', path, 'is not a recipe');
  const { line, character } = first.range.start;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const code = ownCodes.get(first.code) ?? 'invalid-recipe';
  return new ServerError(code, path, `${first.message}${more}`, { place: [line + 1, character + 1] });
}
