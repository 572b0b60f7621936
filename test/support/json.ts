/* oxlint-disable typescript/no-unnecessary-type-parameters -- The caller vouches for the shape; what is not so fails in its assertions. */
import { readFileSync } from 'node:fs';

/** What a test knows to be of this shape: its own fixture, or the documented output of the product. */
export function parseJson<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- See above.
  return JSON.parse(text) as T;
}

export function readJson<T>(path: string): T {
  return parseJson<T>(readFileSync(path, 'utf8'));
}
