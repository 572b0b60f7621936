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

/** The stack, the marks in it, and the memo of a pickle machine, with limits. */
export class PickleStack {
  readonly #refuse: Refuse;
  readonly #values: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  push(value: PickleValue): void {
    if (this.#values.length === deepest) throw this.#refuse(`needs a stack of more than ${deepest} values`);
    this.#values.push(value);
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
    this.push(value);
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
