/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { VocabularyReading, VocabularyRow } from '#protocol/vocabulary.ts';
import type { Checkpoint } from '../../models/model.ts';
import { placeOf } from '../../models/placeOf.ts';
import type { Direction, DirectionTensor } from '../../directions/term.ts';
import type { AnalysisOptions } from '../analysisOptions.ts';
import { decompose } from '../decompose.ts';
import { finite } from '../finite.ts';
import { inTwo } from '../inTwo.ts';
import { storedValues } from '../storedValues.ts';
import { fillNormal } from '../../work/seededRows.ts';
import type { OutputHead } from './outputHead.ts';
import { type Reading, readingsOf } from './readings.ts';
import { residualSide } from './residualSide.ts';
import { scoresOf } from './scores.ts';

export interface ReadVocabulary extends Pick<AnalysisOptions, 'work' | 'signal' | 'report'> {
  readonly base: Checkpoint;
  readonly head: OutputHead;
  /** At each end, of each tensor, and of the random direction beside each. */
  readonly tokens: number;
  readonly vectors: number;
  readonly seed: number;
  /** By id; undefined: no tokenizer. */
  readonly texts: ReadonlyMap<number, string> | undefined;
}

/** The tensors of w that write to the residual stream, in the order of the direction. */
export function writersOf(
  { tensors }: Direction,
  base: Checkpoint,
  { norm }: OutputHead,
): readonly DirectionTensor[] {
  const where = { config: base.config, width: norm.shape[0] ?? 0 };
  return [...tensors.values()].filter((tensor) => residualSide(tensor, where) !== undefined);
}

/** A singular vector that is to be read. */
interface Written extends Omit<VocabularyRow, 'reading' | 'random'> {
  readonly direction: Float64Array;
}

/**
 * What the leading singular vectors of w say in tokens, on the side where its tensors write to the residual stream: through the final
 * norm's weight and the unembedding ("logit lens", and as Millidge & Black 2022 read singular vectors), beside a random direction each.
 */
export async function readVocabulary(
  writers: readonly DirectionTensor[],
  options: ReadVocabulary,
): Promise<readonly VocabularyRow[]> {
  const { work, signal, head, seed, texts } = options;
  const [rows = 0, width = 0] = head.unembedding.shape;
  const progress = inTwo(options.report, 4 * rows * width);
  const written = await leading(writers, { ...options, report: progress.first });
  if (written.length === 0) return [];
  const weight = await normWeight(head, options);
  const through = new Float32Array(2 * written.length * width);
  for (const [index, { direction }] of written.entries()) {
    const random = new Float64Array(width);
    fillNormal(random, 0x10000 * seed + index);
    through.set(normed(direction, weight, head), 2 * index * width);
    through.set(normed(random, weight, head), (2 * index + 1) * width);
  }
  await using scores = await scoresOf(head.unembedding, through, { work, signal, report: progress.second });
  const isToken = (id: number) => texts === undefined || texts.has(id);
  const readings = await readingsOf(scores, { tokens: options.tokens, isToken, signal });
  return written.map(({ direction: _direction, ...row }, index) => ({
    ...row,
    reading: told(readings[2 * index]!, texts),
    random: told(readings[2 * index + 1]!, texts),
  }));
}

async function leading(
  writers: readonly DirectionTensor[],
  { work, signal, base, head, vectors, report }: ReadVocabulary,
): Promise<readonly Written[]> {
  const where = { config: base.config, width: head.norm.shape[0] ?? 0 };
  const found: Written[][] = writers.map(() => []);
  await decompose(writers, {
    work,
    signal,
    vectors: { rank: vectors },
    report,
    done(index, { vectors: of, squares }) {
      const tensor = writers[index];
      const side = tensor && residualSide(tensor, where);
      if (tensor === undefined || side === undefined || of === undefined) return;
      const { layer, module } = placeOf(tensor.name);
      found[index] = [...of.values].map((sigma, vector) => ({
        name: tensor.name,
        layer: layer ?? null,
        module,
        vector,
        sigma,
        energy: finite(sigma ** 2 / squares),
        direction: of[side].subarray(vector * where.width, (vector + 1) * where.width),
      }));
    },
  });
  return found.flat();
}

async function normWeight(
  { norm, addsOne }: OutputHead,
  options: Pick<ReadVocabulary, 'work' | 'signal'>,
): Promise<Float64Array> {
  const values = await storedValues(norm, options);
  return addsOne ? values.map((value) => 1 + value) : values;
}

/** What the final norm makes of a small step in this direction, up to its length. */
function normed(direction: Float64Array, weight: Float64Array, { centres }: OutputHead): Float64Array {
  const mean = centres ? direction.reduce((sum, value) => sum + value, 0) / direction.length : 0;
  return direction.map((value, index) => (value - mean) * weight[index]!);
}

/** With texts, and with the end first that is farther from the middle: the sign of a singular vector says nothing. */
function told(
  { promoted, suppressed, kurtosis }: Reading,
  texts: ReadVocabulary['texts'],
): VocabularyReading {
  const named = (sign: number) => (one: { readonly id: number; readonly score: number }) => ({
    id: one.id,
    text: texts?.get(one.id) ?? null,
    score: sign * one.score,
  });
  const isTurned = (promoted[0]?.score ?? 0) < -(suppressed[0]?.score ?? 0);
  const [first, last] = isTurned ? [suppressed, promoted] : [promoted, suppressed];
  const sign = isTurned ? -1 : 1;
  return { promoted: first.map(named(sign)), suppressed: last.map(named(sign)), kurtosis };
}
