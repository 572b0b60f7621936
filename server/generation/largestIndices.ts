/**
 * Where the `count` largest values are, largest first; of equals, the first. A heap of the best so far, so that many
 * values need no sorting for a few.
 */
export function largestIndices(values: Float32Array | Float64Array, count: number): readonly number[] {
  const size = Math.min(count, values.length);
  const isWorse = (a: number, b: number) => {
    const [one = 0, other = 0] = [values[a], values[b]];
    return one < other || (one === other && a > b);
  };
  // The worst that is kept is the first.
  const heap: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (heap.length < size) rise(heap, index, isWorse);
    else if (size > 0 && isWorse(heap[0] ?? 0, index)) sink(heap, index, isWorse);
  }
  return heap.toSorted((a, b) => (isWorse(a, b) ? 1 : -1));
}

type IsWorse = (a: number, b: number) => boolean;

/** Adds one. */
function rise(heap: number[], added: number, isWorse: IsWorse): void {
  let at = heap.length;
  for (; at > 0; at = (at - 1) >> 1) {
    const parent = heap[(at - 1) >> 1] ?? 0;
    if (!isWorse(added, parent)) break;
    heap[at] = parent;
  }
  heap[at] = added;
}

/** Puts one in the place of the first. */
function sink(heap: number[], added: number, isWorse: IsWorse): void {
  let at = 0;
  for (let next = 1; next < heap.length; next = 2 * at + 1) {
    const [one = 0, other] = [heap[next], heap[next + 1]];
    const worse = other !== undefined && isWorse(other, one) ? next + 1 : next;
    if (!isWorse(heap[worse] ?? 0, added)) break;
    heap[at] = heap[worse] ?? 0;
    at = worse;
  }
  heap[at] = added;
}
