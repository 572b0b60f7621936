import { isUtf8 } from 'node:buffer';

/** Texts in a pickle of tensors are names, and at most a configuration. */
const longestText = 2 ** 20;

/** Turns what is wrong into the error to throw; `problem` continues a sentence about the file. */
export type Refuse = (problem: string) => Error;

/** Reads a pickle from front to back; whatever would lie beyond its end is an error. */
export class PickleBytes {
  readonly #bytes: Buffer;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  /** Where the next byte is. */
  get position(): number {
    return this.#at;
  }

  unsigned8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  unsigned16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  signed32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }

  unsigned32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  unsigned64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A whole number in two's complement, of up to 8 bytes; larger ones are refused. */
  long(length: number): number | bigint {
    if (length > 8) throw this.#refuse(`has a whole number of ${length} bytes; the limit is 8`);
    let value = 0n;
    const start = this.#take(length);
    for (let index = length - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.#bytes[start + index] ?? 0);
    }
    const signed = BigInt.asIntN(length * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  text(length: number | bigint): string {
    if (length > longestText)
      throw this.#refuse(`has a text of ${length} bytes; the limit is ${longestText}`);
    const start = this.#take(Number(length));
    const bytes = this.#bytes.subarray(start, this.#at);
    if (!isUtf8(bytes)) throw this.#refuse(`has a text at byte ${start} that is not valid UTF-8`);
    return bytes.toString('utf8');
  }

  /** Up to the next line feed, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#refuse('ends in the middle of a name');
    const line = this.text(end - this.#at);
    this.#at = end + 1;
    return line;
  }

  /** Returns where the piece begins. */
  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) {
      throw this.#refuse(
        `ends too early: ${length} bytes were expected at byte ${start} of ${this.#bytes.length}`,
      );
    }
    this.#at = start + length;
    return start;
  }
}
