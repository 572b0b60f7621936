/**
 * Element types as type arguments. AssemblyScript has no 16-bit floats, so two integer types of that width stand for
 * them, and `isFloat`, `isSigned` and `sizeof` tell the four apart when a generic function is compiled.
 */
export type BF16 = u16;
export type F16 = i16;
export type F32 = f32;
export type F64 = f64;

/** Codes of the dtypes; `instantiate.ts` knows the same numbers. */
export const codeOfBF16 = 0;
export const codeOfF16 = 1;
export const codeOfF32 = 2;

// @ts-ignore: decorator
@inline export function isBF16<T>(): bool {
  return !isFloat<T>() && !isSigned<T>();
}

// @ts-ignore: decorator
@inline export function isF16<T>(): bool {
  return !isFloat<T>() && isSigned<T>();
}
