import type { SimilarityResult } from '#protocol/similarity.ts';
import { csvField } from '#protocol/csvField.ts';
import { rankedPairs } from './pairs.ts';
import { type SliceChoice, sliceChoices, sliceOf } from './slices.ts';

const headings = ['slice', 'a', 'b', 'cosine', 'z', 'norm_a', 'norm_b', 'flags'];

/** One line a pair and part of the model, the whole model first and the furthest from chance first in each; RFC 4180. */
export function similarityCsv(result: SimilarityResult): string {
  const lines = sliceChoices(result).flatMap((choice) => linesOf(result, choice));
  return [headings, ...lines].map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function linesOf(result: SimilarityResult, choice: SliceChoice): (string | number | null)[][] {
  const slice = sliceOf(result, choice);
  const name = choice.kind === 'module' ? choice.module : choice.kind;
  const subject = (index: number) => result.names[index] ?? null;
  const norm = (index: number) => slice.norms[index] ?? null;
  return rankedPairs(slice, result.flags).map(({ a, b, cosine, z, flags }) => {
    const codes = flags.map(({ code }) => code).join(' ');
    return [name, subject(a), subject(b), cosine, z, norm(a), norm(b), codes];
  });
}
