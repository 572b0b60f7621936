/** Elements that are tried at once; where they are not ordinary, the general kernel does them. */
export const blockElements = 256;

export const blockBytes: usize = 2 * blockElements;

/**
 * A block in the scratch, 4 KiB: of every eight elements those with even numbers lie in one array, those with odd numbers
 * in the other, as they come out of the halves of 32-bit words. Base and d are float32; sizes and doubts have 16 bits. `deltasAt` has d once more, in its order.
 */
export const base0At: usize = 0;
export const base1At: usize = blockBytes;
export const delta0At: usize = 2 * blockBytes;
export const delta1At: usize = 3 * blockBytes;
export const sizesAt: usize = 4 * blockBytes;
export const doubtsAt: usize = 5 * blockBytes;
export const deltasAt: usize = 6 * blockBytes;

/** Σ d² as float64; as 32-bit integers how many d are 0, and how many bits at the end are 0 in every d. */
export const squaresAt: usize = 8 * blockBytes;
export const stillsAt: usize = squaresAt + 8;
export const zeroBitsAt: usize = squaresAt + 12;

/** Lower halves of the 32-bit words of `even`, and in between the upper halves of those of `odd`. */
// @ts-ignore: decorator
@inline export function interleave(even: v128, odd: v128): v128 {
  return v128.shuffle<i16>(even, odd, 0, 9, 2, 11, 4, 13, 6, 15);
}

// @ts-ignore: decorator
@inline export function sumOfSingles(singles: v128): f32 {
  return (
    f32x4.extract_lane(singles, 0) +
    f32x4.extract_lane(singles, 1) +
    (f32x4.extract_lane(singles, 2) + f32x4.extract_lane(singles, 3))
  );
}

// @ts-ignore: decorator
@inline export function sumOfWords(words: v128): i32 {
  return (
    i32x4.extract_lane(words, 0) +
    i32x4.extract_lane(words, 1) +
    (i32x4.extract_lane(words, 2) + i32x4.extract_lane(words, 3))
  );
}
