/**
 * Standard normal deviates that depend on `seed` and `stream` alone, the same on every machine: SplitMix64 (Steele et
 * al. 2014) and the polar method of Marsaglia. Both are whole
 * numbers. Give each matrix that is drawn a stream of its own.
 */
export function fillNormals(target: Float64Array, seed: number, stream: number): void {
  let state = mixed(BigInt.asUintN(64, BigInt(seed))) ^ BigInt.asUintN(64, BigInt(stream));
  const uniform = () => {
    state = BigInt.asUintN(64, state + golden);
    return Number(mixed(state) >> 11n) * 2 ** -52 - 1;
  };
  for (let at = 0; at < target.length; at += 2) {
    const [one, other] = pair(uniform);
    target[at] = one;
    if (at + 1 < target.length) target[at + 1] = other;
  }
}

const golden = 0x9e3779b97f4a7c15n;

function mixed(value: bigint): bigint {
  const first = BigInt.asUintN(64, (value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n);
  const second = BigInt.asUintN(64, (first ^ (first >> 27n)) * 0x94d049bb133111ebn);
  return second ^ (second >> 31n);
}

/** From a point of the unit disc; `uniform` gives −1 … 1. */
function pair(uniform: () => number): readonly [number, number] {
  for (;;) {
    const x = uniform();
    const y = uniform();
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    return [x * factor, y * factor];
  }
}
