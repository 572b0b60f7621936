import { isTurned } from '../../directions/isTurned.ts';
import type { Factor, LowRank, Term } from '../../directions/term.ts';
import { isLowRank, totalRank } from '../../directions/terms.ts';
import { placeOf } from '../../models/placeOf.ts';

/** Low-rank terms of one tensor in PEFT's orientation: A is [rank, in], B is [out, rank]. */
export interface FactorPair {
  /** `<module>.weight`. */
  readonly tensor: string;
  readonly rank: number;
  /** Sizes of A's and B's other dimension. */
  readonly inputs: number;
  readonly outputs: number;
  readonly parts: readonly FactorPart[];
  /** What the parts are made of. */
  readonly terms: readonly Term[];
  /** `lora_embedding_A` and `_B`, by which PEFT trains embeddings. */
  readonly embedding: boolean;
  /** The base keeps this weight as [in, out], as GPT-2's Conv1D does. */
  readonly fanInFanOut: boolean;
}

export interface FactorPart {
  readonly A: Factor;
  readonly B: Factor;
  readonly scale: number;
  /** Part of w, and multiplied by the strength. */
  readonly moving: boolean;
}

/** What a tensor's terms are as one pair of factors; undefined where one of them is no pair of factors, or there is none. */
export function factorPair(
  tensor: string,
  shape: readonly number[],
  { fixed, moving }: { readonly fixed: readonly Term[]; readonly moving: readonly Term[] },
): FactorPair | undefined {
  const terms = [...fixed, ...moving];
  if (terms.length === 0 || !terms.every(isLowRank) || !tensor.endsWith('.weight')) return undefined;
  const { group } = placeOf(tensor);
  const embedding = group === 'embeddings';
  // A head is never a Conv1D, also where its factors are those of the embedding that it is tied to.
  const fanInFanOut =
    !embedding && group !== 'head' && terms.some((term) => isLowRank(term) && isTurned(term.left));
  const swapped = embedding || fanInFanOut;
  const [rows = 0, columns = 0] = shape;
  const toParts = (of: readonly Term[], moves: boolean) =>
    of.filter(isLowRank).map((term) => ({ ...oriented(term, swapped), scale: term.scale, moving: moves }));
  return {
    tensor,
    rank: totalRank(terms),
    inputs: swapped ? rows : columns,
    outputs: swapped ? columns : rows,
    terms,
    parts: [...toParts(fixed, false), ...toParts(moving, true)],
    embedding,
    fanInFanOut,
  };
}

/** left · right is B · A, or (B · A)ᵀ where PEFT's weight is the other way round. */
function oriented({ left, right }: LowRank, swapped: boolean): { readonly A: Factor; readonly B: Factor } {
  return swapped ? { A: turned(left), B: turned(right) } : { A: right, B: left };
}

function turned({ tensor, transposed }: Factor): Factor {
  return { tensor, transposed: !transposed };
}
