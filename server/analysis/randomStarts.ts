import type { Direction } from '../directions/term.ts';
import { isLowRank } from '../directions/terms.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

/** A factor that training starts at random, or rows of one. */
export interface Start {
  /** Number of the subject it belongs to. */
  readonly subject: number;
  readonly stored: StoredTensor;
  readonly isPart: boolean;
}

/** Parts that a factor is cut into at most, besides the last. */
const mostParts = 8;

/**
 * Tensor by tensor the factors that training starts at random, those of one shape together: which of two that is, the libraries'
 * names tell (PEFT: `lora_A`, of embeddings `lora_embedding_B`; mlx-lm: `lora_a`). Where ranks differ, as many rows as the lower rank
 * has are held against it: factors in stored directions stand below one another, and those that come from the base's own singular
 * vectors (PiSSA, OLoRA) begin alike. What only one subject has is left out.
 */
export function randomStarts(subjects: readonly Direction[]): readonly (readonly (readonly Start[])[])[] {
  const names = new Set(subjects.flatMap(({ tensors }) => [...tensors.keys()]));
  return [...names].map((name) => {
    const starts = subjects.flatMap((direction, subject) =>
      startsOf(direction, name).map((stored): Start => ({ subject, stored, isPart: false })),
    );
    const shapes = new Map(starts.map(({ stored: { shape } }) => [shape.join(), shape]));
    return [...shapes.values()]
      .map((shape) => starts.flatMap((start) => ofShape(start, shape)))
      .filter((group) => new Set(group.map(({ subject }) => subject)).size > 1);
  });
}

function startsOf({ tensors }: Direction, name: string): readonly StoredTensor[] {
  return (tensors.get(name)?.terms ?? []).filter(isLowRank).flatMap(({ left, right }) => {
    const stored = [left.tensor, right.tensor].find(isRandomStart);
    return stored === undefined || elementCount(stored.shape) === 0 ? [] : [stored];
  });
}

function isRandomStart({ name }: StoredTensor): boolean {
  return /\blora_(?:A|a|embedding_B)\b/.test(name);
}

function ofShape(start: Start, shape: readonly number[]): readonly Start[] {
  const { stored } = start;
  if (stored.shape.join() === shape.join()) return [start];
  const [rows = 0, columns] = shape;
  const [height = 0, width] = stored.shape;
  const isCuttable = stored.layout === undefined && isRankAlongRows(stored) && shape.length === 2;
  if (!isCuttable || width !== columns || rows === 0 || height < rows) return [];
  const count = Math.min(mostParts, Math.floor(height / rows));
  const places = new Set([...Array.from({ length: count }, (_, part) => part * rows), height - rows]);
  return [...places].map((from) => ({ ...start, stored: rowsOf(stored, from, rows), isPart: true }));
}

/** Of the others, ranks lie along the columns. */
function isRankAlongRows({ name }: StoredTensor): boolean {
  return /\blora_A\b/.test(name);
}

function rowsOf(stored: StoredTensor, from: number, rows: number): StoredTensor {
  const [height = 1, columns = 1] = stored.shape;
  const perRow = stored.bytes / height;
  return { ...stored, shape: [rows, columns], offset: stored.offset + from * perRow, bytes: rows * perRow };
}
