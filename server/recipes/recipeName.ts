import { basename } from 'node:path';
import { inQuotes } from './shortened.ts';

/** With a strength behind it, a file's name still fits into the 255 bytes that file systems allow. */
const maxLength = 60;

/** What is wrong with a name, as a sentence: it becomes part of paths and of `--strength NAME=K`. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() !== name || name === '' || name === '.' || name === '..') {
    return `A name has letters and no spaces around them; this is ${inQuotes(name)}.`;
  }
  if (name.length > maxLength) return `A name has at most ${maxLength} characters; this has ${name.length}.`;
  // oxlint-disable-next-line eslint/no-control-regex -- Control characters are among what is looked for.
  const odd = /[\u0000-\u001f\u007f/\\:*?"<>|={},]/.exec(name)?.[0];
  if (odd === undefined) return undefined;
  return `The name becomes part of file names and of \`--strength NAME=K\`, so it cannot have ${JSON.stringify(odd)}.`;
}

/** The file's name without `.steer.yaml`. */
export function nameOfFile(path: string): string {
  return basename(path).replace(/(?:\.steer)?\.ya?ml$/i, '') || 'recipe';
}
