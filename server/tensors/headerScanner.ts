import type { DType } from '#protocol/tensors.ts';
import { ServerError } from '../errors.ts';
import { isDType, storageOf } from './dtype.ts';
import { JsonScanner, quote } from './jsonScanner.ts';

const mostTensors = 250_000;
const mostMetadata = 100_000;
const mostDimensions = 64;
const longestName = 65_535;

/** One tensor as a header spells it; offsets count from the start of the data section. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type Kind = Pick<HeaderEntry, 'dtype' | 'shape'>;

interface Header {
  /** In the header's order; each fits its own shape, how they lie together is not checked. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Scans the JSON of a header. Errors: `invalid-safetensors`, and `too-large` as soon as a limit is passed. */
export function scanHeader(file: string, json: Uint8Array): Header {
  const scan = new HeaderScan(file, json);
  return { entries: scan.entries, metadata: scan.metadata };
}

class HeaderScan {
  readonly entries: HeaderEntry[] = [];
  readonly metadata = new Map<string, string>();
  readonly #file: string;
  readonly #scanner: JsonScanner;
  readonly #kinds = new Map<string, Kind>();
  #tensor: string | undefined;

  constructor(file: string, json: Uint8Array) {
    this.#file = file;
    this.#scanner = new JsonScanner(json, (problem) => this.#invalid(problem));
    this.#scanner.object((key) => (key === '__metadata__' ? this.#scanMetadata() : this.#scanEntry(key)));
    this.#scanner.end();
  }

  #scanMetadata(): void {
    this.#scanner.object((key) => {
      this.metadata.set(key, this.#scanner.string());
      if (this.metadata.size > mostMetadata)
        throw this.#tooLarge(`more than ${mostMetadata} metadata entries`);
    });
  }

  #scanEntry(name: string): void {
    if (name.length > longestName) throw this.#tooLarge(`a tensor name of ${name.length} characters`);
    this.#tensor = name;
    if (this.entries.length === mostTensors) throw this.#tooLarge(`more than ${mostTensors} tensors`);
    let dtype: DType | undefined;
    let shape: number[] | undefined;
    let offsets: number[] | undefined;
    this.#scanner.object((field) => {
      if (field === 'dtype') dtype = this.#scanDType();
      else if (field === 'shape') shape = this.#scanNumbers(mostDimensions, 'dimensions');
      else if (field === 'data_offsets') offsets = this.#scanNumbers(2, 'offsets');
      else throw this.#invalid(`has an unknown field ${quote(field)}`);
    });
    if (dtype === undefined) throw this.#invalid('has no dtype');
    if (shape === undefined) throw this.#invalid('has no shape');
    const [begin, end] = offsets ?? [];
    if (begin === undefined || end === undefined) throw this.#invalid('lacks its two data_offsets');
    this.#checkSize(dtype, shape, begin, end);
    this.entries.push({ name, ...this.#shared({ dtype, shape }), begin, end });
    this.#tensor = undefined;
  }

  /** A model has many tensors of few kinds: one object stands for all that are alike. */
  #shared(kind: Kind): Kind {
    const key = `${kind.dtype} ${kind.shape.join()}`;
    const known = this.#kinds.get(key) ?? kind;
    this.#kinds.set(key, known);
    return known;
  }

  #scanDType(): DType {
    const word = this.#scanner.string();
    if (isDType(word)) return word;
    throw this.#invalid(`has the unknown dtype ${quote(word)}`);
  }

  #scanNumbers(most: number, what: string): number[] {
    const numbers: number[] = [];
    this.#scanner.array(() => {
      if (numbers.length === most) throw this.#invalid(`has more than ${most} ${what}`);
      numbers.push(this.#scanner.wholeNumber());
    });
    return numbers;
  }

  #checkSize(dtype: DType, shape: readonly number[], begin: number, end: number): void {
    if (begin > end) throw this.#invalid(`ends at data byte ${end}, before it begins at ${begin}`);
    const storage = storageOf(dtype, shape);
    const described = `${dtype} [${shape.join(', ')}]`;
    if (typeof storage === 'string') throw this.#invalid(`${described} ${storage}`);
    if (storage !== end - begin) {
      throw this.#invalid(`has ${end - begin} bytes, but ${described} takes ${storage}`);
    }
  }

  #invalid(problem: string): ServerError {
    const tensor = this.#tensor;
    if (tensor === undefined)
      return new ServerError('invalid-safetensors', this.#file, `the header ${problem}`);
    const sentence = `tensor ${quote(tensor)} ${problem}`;
    return new ServerError('invalid-safetensors', this.#file, sentence, { tensor });
  }

  #tooLarge(what: string): ServerError {
    return new ServerError('too-large', this.#file, `the header has ${what}, beyond any real model`);
  }
}
