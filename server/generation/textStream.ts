/** What a stream asks of a tokenizer. */
export interface TokenDecoder {
  /** The text of tokens that follow each other; not asked for none. */
  decode(ids: readonly number[]): string;
  id_to_token(id: number): string | undefined;
}

/**
 * The text of tokens as they come: what is told, joined, is what the tokenizer makes of all of them at once. A
 * character whose bytes are spread over tokens comes with the last of them, as do tokens of one byte that follow each
 * other: bytes that are no UTF-8 change how those before them are read.
 */
export class TextStream {
  readonly #decoder: TokenDecoder;
  /** Told last; decoded again before what is new, since the first token of a text may be written otherwise. */
  #before: readonly number[] = [];
  #waiting: number[] = [];

  constructor(decoder: TokenDecoder) {
    this.#decoder = decoder;
  }

  /** The new text; empty where a character is not whole yet. */
  push(id: number): string {
    this.#waiting.push(id);
    const isByte = /^<0x[0-9A-Fa-f]{2}>$/.test(this.#decoder.id_to_token(id) ?? '');
    if (isByte) return '';
    const text = this.#waitingText();
    return text.endsWith('\ufffd') ? '' : this.#told(text);
  }

  /** What is left; characters that did not become whole are U+FFFD. */
  end(): string {
    return this.#waiting.length === 0 ? '' : this.#told(this.#waitingText());
  }

  #told(text: string): string {
    // Tokens without a text of their own are no place to begin at.
    if (text !== '') this.#before = this.#waiting;
    else this.#before = [...this.#before, ...this.#waiting];
    this.#waiting = [];
    return text;
  }

  #waitingText(): string {
    const before = this.#before.length === 0 ? '' : this.#decoder.decode([...this.#before]);
    return this.#decoder.decode([...this.#before, ...this.#waiting]).slice(before.length);
  }
}
