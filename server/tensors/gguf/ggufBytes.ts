import { isUtf8 } from 'node:buffer';
import type { Refuse } from '../pickle/pickleBytes.ts';

/** Chat templates and licences are texts of a GGUF file; none has megabytes. */
const longestText = 2 ** 24;

/** Numbers kept of one list, and of all: one for each layer and kind is kept, a vocabulary is not. */
const mostOfList = 4096;
const mostOfAll = 2 ** 18;

/** Thrown where the part of the file that was read ends; more of it has to be. */
export class NeedsMore extends Error {
  override readonly name = 'NeedsMore';
}

/** Reads the beginning of a GGUF file from front to back. */
export class GgufBytes {
  readonly #view: DataView;
  readonly #refuse: Refuse;
  #at = 0;
  #kept = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  get position(): number {
    return this.#at;
  }

  unsigned32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  unsigned64(): bigint {
    return this.#view.getBigUint64(this.skip(8), true);
  }

  /** A count of things of at least `least` bytes each; `what` follows the number in the message. */
  count(most: number, what: string): number {
    const count = this.unsigned64();
    if (count > BigInt(most)) throw this.#refuse(`claims ${count} ${what}; the limit is ${most}`);
    return Number(count);
  }

  text(): string {
    const length = this.count(longestText, 'bytes of a text');
    const start = this.skip(length);
    const bytes = Buffer.from(this.#view.buffer, this.#view.byteOffset + start, length);
    if (!isUtf8(bytes)) throw this.#refuse(`has a text at byte ${start} that is not valid UTF-8`);
    return bytes.toString('utf8');
  }

  /** A number of one of the ten scalar types. */
  number(read: (view: DataView, at: number) => number | bigint, width: number): number | bigint {
    return read(this.#view, this.skip(width));
  }

  /** Whether the numbers of a list may be kept; what there is room for becomes less with each that is. */
  keeps(count: number): boolean {
    if (count > mostOfList || this.#kept + count > mostOfAll) return false;
    this.#kept += count;
    return true;
  }

  /** Returns where the piece began. */
  skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#view.byteLength) throw new NeedsMore();
    this.#at = start + length;
    return start;
  }
}
