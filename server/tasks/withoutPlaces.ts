import { homedir } from 'node:os';
import { basename, resolve, sep } from 'node:path';
import type { Warning } from '#protocol/failure.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { filesOf } from '../steering/report/inputFiles.ts';

/** A report is handed on: it does not say where somebody's files are, but what they are called. */
export function withoutPlaces({ code, message }: Warning, { recipe, operands }: ResolvedRecipe): Warning {
  const parts = operands.flatMap((operand) => operand.parts);
  const paths = [...parts, ...filesOf(operands)].map(({ path }) => path);
  const longestFirst = paths.toSorted((a, b) => b.length - a.length);
  const named = longestFirst.reduce((text, path) => text.replaceAll(path, basename(path)), message);
  const told = named.replaceAll(`${resolve(recipe.folder)}${sep}`, '').replaceAll(homedir(), '~');
  return {
    code,
    message: told.replace(absolutePath, (_, before: string, path: string) => before + lastName(path)),
  };
}

/** Of models that were looked at and are no inputs. */
const absolutePath = /(^|[\s"'`(])((?:[a-z]:|~)?(?:[\\/][^\\/\s,;:"'`()]+)+)/gi;

function lastName(path: string): string {
  return basename(path.replaceAll('\\', '/'));
}
