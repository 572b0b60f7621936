import type { SimilarityResult } from '#protocol/similarity.ts';
import { similarityRows } from '#protocol/similarityRows.ts';
import { counted, significant } from '../numbers.ts';
import { csv } from './csv.ts';
import { type Column, table } from './table.ts';

/** |z| from which on a cosine is shown as more than chance. */
const notable = 2;

/** The matrix with like beside like, z of every pair, the null, and what is odd. */
export function similarityText(result: SimilarityResult): string {
  const { names, clustered, norms, flags } = result;
  const columns: readonly Column[] = [
    { heading: 'cosine' },
    { heading: 'norm', align: 'right' },
    ...clustered.map((index) => ({ heading: names[index] ?? '', align: 'right' as const })),
  ];
  const rows = clustered.map((one) => [
    names[one] ?? '',
    significant(norms[one] ?? null),
    ...clustered.map((other) => cosineText(result.cosine[one]?.[other] ?? null)),
  ]);
  const pairs = pairsText(result);
  const notes = flags.map(({ message }) => message);
  return [table(columns, rows), ...(pairs === '' ? [] : ['', pairs]), '', nullText(result), ...notes].join(
    '\n',
  );
}

function cosineText(cosine: number | null): string {
  if (cosine === null) return '–';
  return Math.abs(cosine) >= 0.01 || cosine === 0 ? cosine.toFixed(3) : cosine.toExponential(1);
}

function pairsText({ names, cosine, z, withoutEmbeddings, layers }: SimilarityResult): string {
  const rows = pairsOf(names).map(([one, other]) => {
    const above = layers.filter((layer) => Math.abs(layer.z[one]?.[other] ?? 0) > notable).length;
    return [
      `${names[one]} · ${names[other]}`,
      cosineText(cosine[one]?.[other] ?? null),
      significant(z[one]?.[other] ?? null),
      significant(withoutEmbeddings.z[one]?.[other] ?? null),
      `${above} of ${layers.length}`,
    ];
  });
  if (rows.length === 0) return '';
  const columns: readonly Column[] = [
    { heading: 'pair' },
    { heading: 'cosine', align: 'right' },
    { heading: 'z', align: 'right' },
    { heading: 'z without embeddings', align: 'right' },
    { heading: `layers with |z| > ${notable}`, align: 'right' },
  ];
  return table(columns, rows);
}

function nullText({ null: { kind, count, names, sigma, random, gaussian } }: SimilarityResult): string {
  const against =
    kind === 'controls'
      ? `${counted(count, 'control')} (${names.join(', ')}; random directions: ${significant(random)})`
      : 'random directions of the same norms and singular values on each tensor';
  return `Null: σ ${significant(sigma)} by ${against}. 1/√n, a lower bound: ${significant(gaussian)}.`;
}

function pairsOf(names: readonly string[]): readonly (readonly [number, number])[] {
  return names.flatMap((_, one) => names.slice(one + 1).map((__, more) => [one, one + 1 + more] as const));
}

/** Every pair of every part of the model, one a line; no number is an empty field. */
export function similarityCsv(result: SimilarityResult): string {
  return csv(similarityRows(result));
}
