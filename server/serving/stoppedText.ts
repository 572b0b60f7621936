/** Text that can be told, and the tokens that begin in it or, without text of their own, before its end. */
export interface Piece<T> {
  readonly text: string;
  readonly tokens: readonly T[];
}

/** A text as it comes, up to the first stop string. What may be the beginning of one is held back until that is known. */
export class StoppedText<T> {
  readonly #stops: readonly string[];
  #held = '';
  /** Characters before what is held. */
  #told = 0;
  #tokens: { readonly at: number; readonly token: T }[] = [];
  #isStopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** A stop string has come; nothing more is told. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  push(text: string, token: T): Piece<T> {
    this.#tokens.push({ at: this.#told + this.#held.length, token });
    this.#held += text;
    return this.#tell(this.#held.length - this.#beginning());
  }

  /** The end of the text; `rest` belongs to its last token. */
  end(rest: string): Piece<T> {
    this.#held += rest;
    const piece = this.#tell(this.#held.length);
    if (this.#isStopped) return piece;
    const tokens = [...piece.tokens, ...this.#tokens.map(({ token }) => token)];
    this.#tokens = [];
    return { text: piece.text, tokens };
  }

  /** As much of what is held, or up to the stop string in it. */
  #tell(length: number): Piece<T> {
    if (this.#isStopped) return { text: '', tokens: [] };
    const found = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((at) => at !== -1);
    this.#isStopped = found.length > 0;
    const end = this.#isStopped ? Math.min(...found) : length;
    const text = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    this.#told += end;
    const told = this.#tokens.filter(({ at }) => at < this.#told);
    this.#tokens = this.#tokens.slice(told.length);
    return { text, tokens: told.map(({ token }) => token) };
  }

  /** Length of the longest end of what is held that a stop string begins with. */
  #beginning(): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length--) {
      const end = this.#held.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
