import type { DType } from '#protocol/tensors.ts';

/**
 * What a pickle of tensors can hold. Nothing here is an object of its own kind: a class that the pickle names is a
 * `PickleGlobal` from a short list, and a tensor is a description of where its bytes lie.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor;

export interface PickleSequence {
  readonly kind: 'tuple' | 'list';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleKey, PickleValue>;
}

export type PickleKey = null | boolean | number | bigint | string;

/** A function or class that the pickle asks for by name, and that is known. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** `module.name` */
  readonly name: string;
}

/** A run of bytes in the archive. */
export interface PickleStorage {
  readonly kind: 'storage';
  /** Name of its record: `data/<key>`. */
  readonly key: string;
  /** Undefined for untyped bytes. */
  readonly dtype: DType | undefined;
}

export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly dtype: DType;
  /** In elements from the beginning of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
}

/** What a pickle's commands lead to, where they lead outside: each throws for what it does not know. */
export interface PickleWorld {
  readonly find: (module: string, name: string) => PickleGlobal;
  readonly call: (callee: PickleGlobal, args: readonly PickleValue[]) => PickleValue;
  readonly load: (id: PickleValue) => PickleStorage;
}

export function isPickleKey(value: PickleValue): value is PickleKey {
  return typeof value !== 'object' || value === null;
}

/** What a value is, in words for a message. */
export function kindOfValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'a truth value';
  return typeof value === 'object' ? `a ${value.kind}` : 'a number';
}
