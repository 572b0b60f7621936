import { fileURLToPath, pathToFileURL } from 'node:url';

/** Of documents that are a model's headers as text. */
export const headerScheme = 'weight-header';

/** The parts of a document's address, for `Uri.from`. */
export interface HeaderAddress {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
}

const ending = '.weight-header';

/** The headers of the model or file at a path; `before` is what they are compared with. */
export function headerAddress(path: string, before?: string): HeaderAddress {
  const { pathname } = pathToFileURL(path);
  const query = before === undefined ? '' : JSON.stringify({ before });
  return { scheme: headerScheme, path: decodeURIComponent(pathname) + ending, query };
}

/** What such a document is about; undefined for any other. */
export function comparedAt({
  scheme,
  path,
  query,
}: HeaderAddress): { readonly path: string; readonly before: string | undefined } | undefined {
  if (scheme !== headerScheme || !path.endsWith(ending)) return undefined;
  const url = new URL('file:///');
  url.pathname = path.slice(0, -ending.length).replaceAll('%', '%25');
  return { path: fileURLToPath(url), before: beforeOf(query) };
}

function beforeOf(query: string): string | undefined {
  if (query === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(query);
    const isPair = typeof parsed === 'object' && parsed !== null && 'before' in parsed;
    return isPair && typeof parsed.before === 'string' ? parsed.before : undefined;
  } catch {
    return undefined; // An address that somebody else made.
  }
}
