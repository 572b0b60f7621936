import {
  kindOfValue,
  type PickleDict,
  type PickleGlobal,
  type PickleSequence,
  type PickleValue,
} from './pickleValue.ts';
import type { Refuse } from './pickleBytes.ts';

/** `pickle` puts a thousand elements on the stack at a time, and nests as deep as the data. */
const deepest = 2 ** 18;
const mostMarks = 1000;
/** Some entries for each tensor; the largest models known have 100,000 tensors. */
const mostMemos = 2 ** 21;
/** Of each tensor some 25 values, of which 10 are tuples and the like, 3 texts and one a dictionary. */
const mostValues = 2 ** 22;
/** A byte of a pickle can make a hundred of memory. */
const mostOfKind = { text: 2 ** 20, object: 2 ** 20, dict: 2 ** 18 };
const kindNames = { text: 'texts', object: 'tuples, lists and tensors', dict: 'dictionaries' };

/** The stack, the marks in it, and the memo of a pickle machine, with limits. */
export class PickleStack {
  readonly #refuse: Refuse;
  readonly #values: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #pushed = 0;
  readonly #made = { text: 0, object: 0, dict: 0 };

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** A value that has just been made. */
  push(value: PickleValue): void {
    if (typeof value === 'string') this.#count('text');
    else if (typeof value === 'object' && value !== null)
      this.#count(value.kind === 'dict' ? 'dict' : 'object');
    this.#put(value);
  }

  #put(value: PickleValue): void {
    if (this.#values.length === deepest) throw this.#refuse(`needs a stack of more than ${deepest} values`);
    if (++this.#pushed > mostValues) throw this.#refuse(`has more than ${mostValues} values`);
    this.#values.push(value);
  }

  #count(kind: keyof typeof mostOfKind): void {
    if (++this.#made[kind] > mostOfKind[kind])
      throw this.#refuse(`has more than ${mostOfKind[kind]} ${kindNames[kind]}`);
  }

  /** Never from below a mark. */
  pop(): PickleValue {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  top(): PickleValue {
    const value = this.#values.at(-1);
    if (value === undefined || this.#values.length <= (this.#marks.at(-1) ?? 0)) {
      throw this.#refuse('takes a value from an empty stack');
    }
    return value;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).toReversed();
  }

  mark(): void {
    if (this.#marks.length === mostMarks) throw this.#refuse(`is nested deeper than ${mostMarks} levels`);
    this.#marks.push(this.#values.length);
  }

  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#refuse('ends a group that it has not begun');
    return this.#values.splice(mark);
  }

  remember(key: number): void {
    if (this.#memo.size === mostMemos) throw this.#refuse(`remembers more than ${mostMemos} values`);
    this.#memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw this.#refuse(`recalls value ${key}, which it has not remembered`);
    this.#put(value);
  }

  popGlobal(): PickleGlobal {
    return this.#ofKind(this.pop(), 'global');
  }

  popTuple(): PickleSequence {
    return this.#ofKind(this.pop(), 'tuple');
  }

  topDict(): PickleDict {
    return this.#ofKind(this.top(), 'dict');
  }

  topList(): PickleSequence {
    return this.#ofKind(this.top(), 'list');
  }

  popText(): string {
    const value = this.pop();
    if (typeof value === 'string') return value;
    throw this.#refuse(`has ${kindOfValue(value)} where a text is due`);
  }

  #ofKind<K extends 'global' | 'tuple' | 'list' | 'dict'>(
    value: PickleValue,
    kind: K,
  ): Extract<PickleValue, { readonly kind: K }> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The kind has been compared.
    if (isOfKind(value, kind)) return value as Extract<PickleValue, { readonly kind: K }>;
    throw this.#refuse(`has ${kindOfValue(value)} where a ${kind} is due`);
  }
}

function isOfKind(value: PickleValue, kind: string): boolean {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
