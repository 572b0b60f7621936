import type { GraphTensor } from '../work/graphSession.ts';

/**
 * 0 where a token may look, −∞ in float32's terms where it may not: at what comes after it, or before its window of so
 * many tokens, itself included. [length, past + length]
 */
export function causalMask(past: number, length: number, window: number): GraphTensor {
  const width = past + length;
  const data = Float32Array.from({ length: length * width }, (_, index) => {
    const back = past + Math.floor(index / width) - (index % width);
    return back < 0 || back >= window ? -3.4e38 : 0;
  });
  return { data, shape: [length, width] };
}
