/**
 * Element types as type arguments. AssemblyScript has no floats of 16 and 8 bits, so two integer types of each width
 * stand for them, and `isFloat`, `isSigned` and `sizeof` tell the six apart when a generic function is compiled.
 * Those of 8 bits are only rounded to: operands are widened to F16 as they are read.
 */
export type BF16 = u16;
export type F16 = i16;
export type F32 = f32;
export type F64 = f64;
export type E4M3 = u8;
export type E5M2 = i8;

/** Codes of the dtypes; `instantiate.ts` knows the same numbers. */
export const codeOfBF16 = 0;
export const codeOfF16 = 1;
export const codeOfF32 = 2;
export const codeOfE4M3 = 4;
export const codeOfE5M2 = 5;

// @ts-ignore: decorator
@inline export function isBF16<T>(): bool {
  return sizeof<T>() == 2 && !isSigned<T>();
}

// @ts-ignore: decorator
@inline export function isF16<T>(): bool {
  return sizeof<T>() == 2 && isSigned<T>();
}

// @ts-ignore: decorator
@inline export function isE4M3<T>(): bool {
  return sizeof<T>() == 1 && !isSigned<T>();
}

// @ts-ignore: decorator
@inline export function isE5M2<T>(): bool {
  return sizeof<T>() == 1 && isSigned<T>();
}
