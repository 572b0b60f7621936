import type { Decoding, Strengths } from './decoding.ts';
import { knownLikelihood } from './knownLikelihood.ts';
import { Likelihood } from './likelihood.ts';

/** Mean KL to the base in nats up to which a strength counts as mild. */
export const mildDivergence = 0.1;

/** No strength beyond is tried. */
export const farthest = 8;

export interface BandOptions {
  /** Tokens of each neutral text. */
  readonly texts: readonly (readonly number[])[];
  /** How many directions there are, and which of them moves alone. */
  readonly directions: number;
  readonly direction: number;
  readonly signal: AbortSignal;
  /** Called after each text that was read, of all there are to read. */
  readonly onText: (done: number, total: number) => void;
}

/** Where the mean KL reaches the limit, below 0 and above; null: not up to the farthest. */
export interface Band {
  readonly below: number | null;
  readonly above: number | null;
}

const first = [0.25, 0.5, 1, 2, 4, farthest];
/** Parts of a bracket; within one, KL is a power of k. */
const parts = 4;

/**
 * How far along one direction, the others at 0, the mean of KL(steered ‖ base) over all places of the texts is
 * `mildDivergence`. Two passes: over doublings of k, and within the one that it is reached in.
 */
export async function mildBand(
  open: (strengths: readonly Strengths[]) => Decoding,
  options: BandOptions,
): Promise<Band> {
  const total = 2 * options.texts.length;
  const measure = (ks: readonly number[], done: number) =>
    divergences(open, ks, { ...options, onText: (read) => options.onText(done + read, total) });
  const coarse = await measure(
    first.flatMap((k) => [-k, k]),
    0,
  );
  const brackets = [-1, 1].map((sign) => bracketOf(coarse, sign));
  const fine = await measure(
    brackets.flatMap((bracket) => (bracket === undefined ? [] : within(bracket))),
    total / 2,
  );
  const [below, above] = brackets.map((bracket, at) => {
    const sign = at === 0 ? -1 : 1;
    return bracket === undefined ? null : reached(new Map([...coarse, ...fine]), sign);
  });
  return { below: below ?? null, above: above ?? null };
}

type Measured = ReadonlyMap<number, number>;

/** The two neighbours that the limit lies between, nearest first; 0 is one of them where the first is too far. */
function bracketOf(measured: Measured, sign: number): readonly [near: number, far: number] | undefined {
  const at = first.findIndex((k) => (measured.get(sign * k) ?? 0) >= mildDivergence);
  const far = first[at];
  return far === undefined ? undefined : [sign * (first[at - 1] ?? far / 8), sign * far];
}

function within([near, far]: readonly [number, number]): readonly number[] {
  return Array.from({ length: parts }, (_, at) => near * (far / near) ** (at / parts));
}

/** Between the last k below the limit and the first above it, KL is a power of k: 2 near 0, where it is a quadratic form. */
function reached(measured: Measured, sign: number): number {
  const side = [...measured].filter(([k]) => Math.sign(k) === sign);
  const sorted = side.toSorted(([one], [other]) => Math.abs(one) - Math.abs(other));
  const at = sorted.findIndex(([, divergence]) => divergence >= mildDivergence);
  const [far = 0, most = 0] = sorted[at] ?? [];
  const [near, least] = sorted[at - 1] ?? [far / 2, most / 4];
  const power = Math.log(most / least) / Math.log(far / near);
  const isLaw = least > 0 && Number.isFinite(power) && power > 0;
  return isLaw ? near * (mildDivergence / least) ** (1 / power) : far;
}

/** Mean KL by k, without an end where a strength is beyond what float32 holds: the base and all k read each text in one batch. */
async function divergences(
  open: (strengths: readonly Strengths[]) => Decoding,
  ks: readonly number[],
  { texts, directions, direction, signal, onText }: BandOptions,
): Promise<Measured> {
  const along = (k: number) => Array.from({ length: directions }, (_, at) => (at === direction ? k : 0));
  const sums = ks.map(() => 0);
  let places = 0;
  for (const [at, ids] of texts.entries()) {
    signal.throwIfAborted();
    const strengths = [0, ...ks].map(along);
    const logits = await open(strengths).feed(
      strengths.map(() => ids),
      'all',
    );
    const likelihoods = logits.map((each, at) =>
      at < ids.length ? knownLikelihood(each, []) : new Likelihood(each),
    );
    for (let place = 0; place < ids.length; place++) {
      const base = likelihoods[place];
      if (base === undefined) continue;
      for (const row of ks.keys()) {
        const steered = likelihoods[(row + 1) * ids.length + place];
        sums[row] = (sums[row] ?? 0) + (steered?.isKnown === true ? steered.divergenceFrom(base) : Infinity);
      }
    }
    places += ids.length;
    onText(at + 1, texts.length);
  }
  return new Map(ks.map((k, row) => [k, (sums[row] ?? 0) / places]));
}
