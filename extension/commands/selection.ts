import { fileURLToPath } from 'node:url';

/**
 * The paths a command is about, from whatever invoked it: the Explorer and trees give one and all selected,
 * a CodeLens gives a URI's text, the palette nothing.
 */
export function pathsOf([one, all]: readonly unknown[]): readonly string[] {
  const several = Array.isArray(all) ? all.flatMap(pathOf) : [];
  return several.length > 0 ? [...new Set(several)] : pathOf(one);
}

function pathOf(argument: unknown): readonly string[] {
  if (typeof argument === 'string')
    return [argument.startsWith('file:') ? fileURLToPath(argument) : argument];
  if (typeof argument !== 'object' || argument === null) return [];
  if ('fsPath' in argument && typeof argument.fsPath === 'string') return [argument.fsPath];
  return 'path' in argument && typeof argument.path === 'string' ? [argument.path] : [];
}

/** The number of a job's row. */
export function jobIdOf(argument: unknown): number {
  return typeof argument === 'number' ? argument : Number.NaN;
}
