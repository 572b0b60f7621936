import type { Position } from './diagnostic.ts';

/** Where the lines of a text are, as the Language Server Protocol counts them: they end in LF, CRLF or CR. */
export class Lines {
  /** Where each begins. */
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (const { 0: end, index } of text.matchAll(/\r\n?|\n/g)) this.#starts.push(index + end.length);
  }

  /** Of an offset in UTF-16 units; what is beyond the text is its end. */
  positionAt(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#length));
    const line = this.#lineAt(inside);
    return { line, character: inside - (this.#starts[line] ?? 0) };
  }

  /** Of a position in the text, in UTF-16 units; what is beyond the text is its end. */
  offsetAt({ line, character }: Position): number {
    return Math.min((this.#starts[line] ?? this.#length) + character, this.#length);
  }

  /** Where the next line begins; the end of the text for the last. */
  endOfLineAt(offset: number): number {
    return this.#starts[this.#lineAt(offset) + 1] ?? this.#length;
  }

  /** The last line that begins at or before the offset. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}
