/** Places are below this, so that a rank and a place are one number. */
const placeRange = 2 ** 24;

/** Merges that may be done: lowest rank first, and of one rank the leftmost. A binary heap. */
export class MergeQueue {
  readonly #heap: number[] = [];

  push(rank: number, place: number): void {
    const key = rank * placeRange + place;
    let at = this.#heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#heap[above] ?? 0;
      if (other <= key) break;
      this.#heap[at] = other;
      at = above;
    }
    this.#heap[at] = key;
  }

  pop(): { readonly rank: number; readonly place: number } | undefined {
    const [top] = this.#heap;
    const last = this.#heap.pop();
    if (top === undefined || last === undefined) return undefined;
    if (this.#heap.length > 0) this.#sink(last);
    return { rank: Math.floor(top / placeRange), place: top % placeRange };
  }

  /** Puts a key in the place of the top. */
  #sink(key: number): void {
    let at = 0;
    for (;;) {
      const left = this.#heap[2 * at + 1] ?? Infinity;
      const right = this.#heap[2 * at + 2] ?? Infinity;
      const least = Math.min(left, right);
      if (least >= key) break;
      this.#heap[at] = least;
      at = 2 * at + (left <= right ? 1 : 2);
    }
    this.#heap[at] = key;
  }
}
