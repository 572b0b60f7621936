import { fileURLToPath } from 'node:url';
import { comparedAt, type HeaderAddress } from '../headers/headerUri.ts';

/**
 * The paths a command is about, from whatever invoked it: the Explorer and trees give one and all selected,
 * a CodeLens gives a URI's text, a comparison the address of its right side, the palette nothing.
 */
export function pathsOf([one, all]: readonly unknown[]): readonly string[] {
  const several = Array.isArray(all) ? all.flatMap(pathOf) : [];
  return several.length > 0 ? [...new Set(several)] : pathOf(one);
}

function pathOf(argument: unknown): readonly string[] {
  if (typeof argument === 'string')
    return [argument.startsWith('file:') ? fileURLToPath(argument) : argument];
  if (typeof argument !== 'object' || argument === null) return [];
  const compared = isAddress(argument) ? comparedAt(argument) : undefined;
  if (compared !== undefined) return [compared.before, compared.path].filter((path) => path !== undefined);
  if ('fsPath' in argument && typeof argument.fsPath === 'string') return [argument.fsPath];
  return 'path' in argument && typeof argument.path === 'string' ? [argument.path] : [];
}

function isAddress(value: object): value is HeaderAddress {
  if (!('scheme' in value && 'path' in value && 'query' in value)) return false;
  return [value.scheme, value.path, value.query].every((part) => typeof part === 'string');
}

/** The number of a job's row. */
export function jobIdOf(argument: unknown): number {
  return typeof argument === 'number' ? argument : Number.NaN;
}
