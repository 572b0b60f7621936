import type { RoundedDType } from '#protocol/tensors.ts';
import bytes from '../../dist/kernels.wasm';
import type { Exports, RoundArguments } from './exports.ts';
import { contrastScratch, type Kernels, panelBytes, type Pointer, type RoundCall } from './kernels.ts';
import type { KernelMemory } from './memory.ts';
import { viewKernels } from './viewKernels.ts';

/** The numbers that `assembly/dtypes.ts` knows the dtypes by. */
const codes = { BF16: 0, F16: 1, F32: 2, F64: 3, F8_E4M3: 4, F8_E5M2: 5 } as const satisfies Record<
  RoundedDType,
  number
>;
const widths = { BF16: 2, F16: 2, F32: 4, F64: 8, F8_E4M3: 1, F8_E5M2: 1 } as const satisfies Record<
  RoundedDType,
  number
>;

let compiled: WebAssembly.Module | undefined;

/**
 * Kernels over one memory; every thread makes its own, and they hold no state. Compiles once per thread (a few
 * milliseconds, synchronously). All of them throw a RangeError where an operand does not lie inside the memory or is
 * not aligned to its elements, which is always a mistake of the caller.
 */
export function createKernels(memory: KernelMemory): Kernels {
  compiled ??= new WebAssembly.Module(bytes);
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The module is built from assembly/index.ts, which `Exports` describes.
  const exports = instance.exports as Exports;
  const check = createCheck(memory);
  return {
    ...elementKernels(exports, check),
    contrast: contrastKernel(exports, check, memory),
    ...productKernels(exports, check),
    ...matrixKernels(exports, check),
    ...spectrumKernels(exports, check),
    ...viewKernels(exports, check),
  };
}

/** Makes sure that `count` elements of `width` bytes lie in the memory. */
type Check = (pointer: Pointer, count: number, width: number) => void;

function createCheck(memory: KernelMemory): Check {
  let size = memory.buffer.byteLength;
  return (pointer, count, width) => {
    const end = pointer + count * width;
    if (end > size) size = memory.buffer.byteLength; // It may have grown since, in any thread.
    if (pointer > 0 && count >= 0 && end <= size && pointer % width === 0) return;
    throw new RangeError(`${count} elements of ${width} bytes at ${pointer} do not fit a memory of ${size}.`);
  };
}

function elementKernels(exports: Exports, check: Check) {
  const checkRound = (call: RoundCall): RoundArguments => {
    const { dtype, base, offset, delta, bound, strength, count, out, statistics, ambiguous } = call;
    check(base, count, 8);
    check(delta, count, 8);
    check(out, count, widths[dtype]);
    check(statistics, 7, 8);
    if (offset !== 0) check(offset, count, 8);
    if (bound !== 0) check(bound, count, 8);
    if (bound !== 0) check(ambiguous, count, 4);
    return [codes[dtype], base, offset, delta, bound, strength, count, out, statistics, ambiguous];
  };
  return {
    load(dtype, source, count, scale, target) {
      check(source, count, widths[dtype]);
      check(target, count, 8);
      exports.loadAny(codes[dtype], source, count, scale, target);
    },
    accumulate(dtype, source, count, scale, target) {
      check(source, count, widths[dtype]);
      check(target, count, 8);
      exports.accumulate(codes[dtype], source, count, scale, target);
    },
    accumulateBound(factor, norms, floor, count, target) {
      check(norms, count, 8);
      check(target, count, 8);
      exports.accumulateBound(factor, norms, floor, count, target);
    },
    round: (call) => exports.round(...checkRound(call)),
    roundStochastically: (call) => exports.roundStochastically(...checkRound(call), call.seed, call.first),
    measure(base, delta, count, statistics) {
      check(base, count, 8);
      check(delta, count, 8);
      check(statistics, 6, 8);
      exports.measure(base, delta, count, statistics);
    },
    compareBits(dtype, before, after, count, statistics) {
      check(before, count, widths[dtype]);
      check(after, count, widths[dtype]);
      check(statistics, 2, 8);
      exports.compareBits(codes[dtype], before, after, count, statistics);
    },
  } satisfies Partial<Kernels>;
}

/** Puts the records where `assembly/contrast.ts` reads them: behind the block that it needs for itself. */
function contrastKernel(exports: Exports, check: Check, memory: KernelMemory): Kernels['contrast'] {
  return ({ dtype, base, positive, negative, count, places, scratch }) => {
    for (const pointer of [base, positive, negative]) check(pointer, count, widths[dtype]);
    check(scratch, contrastScratch(places.length) / 8, 8);
    const writes = scratch + contrastScratch(0);
    const view = new DataView(memory.buffer, writes, 16 * places.length);
    for (const [index, { strength, out, statistics }] of places.entries()) {
      check(out, count, widths[dtype]);
      check(statistics, 7, 8);
      view.setFloat64(16 * index, strength, true);
      view.setUint32(16 * index + 8, out, true);
      view.setUint32(16 * index + 12, statistics, true);
    }
    exports.contrast(codes[dtype], base, positive, negative, count, writes, places.length, scratch);
  };
}

function productKernels(exports: Exports, check: Check) {
  return {
    roundProduct(call) {
      const { dtype, base, precision, product, strength, norms, factor, floor, count } = call;
      const { out, statistics, ambiguous, first } = call;
      for (const pointer of [base, out]) check(pointer, count, widths[dtype]);
      check(product, count, widths[precision]);
      check(norms, count, 8);
      check(statistics, 7, 8);
      check(ambiguous, count, 4);
      const operands = [
        codes[dtype],
        base,
        codes[precision],
        product,
        strength,
        norms,
        factor,
        floor,
      ] as const;
      return exports.roundProduct(...operands, count, out, statistics, ambiguous, first);
    },
    // Where the indexes lead is not checked: that would cost as much as the work.
    roundAt({ dtype, base, deltas, strength, indexes, count, out, statistics }) {
      for (const pointer of [base, out]) check(pointer, 1, widths[dtype]);
      check(deltas, count, 8);
      check(indexes, count, 4);
      check(statistics, 7, 8);
      exports.roundAt(codes[dtype], base, deltas, strength, indexes, count, out, statistics);
    },
  } satisfies Partial<Kernels>;
}

function matrixKernels(exports: Exports, check: Check) {
  return {
    multiply({ dtype, left, right, rows, columns, rank, scale, target }) {
      check(left, rows * rank, widths[dtype]);
      check(right, columns * rank, widths[dtype]);
      check(target, rows * columns, 8);
      exports.multiply(codes[dtype], left, right, rows, columns, rank, scale, target);
    },
    multiplyAt({ dtype, left, right, rows, columns, rank, scale, target, indexes, count }) {
      check(left, rows * rank, widths[dtype]);
      check(right, columns * rank, widths[dtype]);
      check(indexes, count, 4);
      check(target, count, 8);
      exports.multiplyAt(codes[dtype], left, right, columns, rank, scale, target, indexes, count);
    },
    rowNorms(dtype, matrix, rows, columns, norms) {
      check(matrix, rows * columns, widths[dtype]);
      check(norms, rows, 8);
      exports.rowNorms(codes[dtype], matrix, rows, columns, norms);
    },
    triangularize(matrix, rows, columns) {
      check(matrix, rows * columns, 8);
      exports.triangularize(matrix, rows, columns);
    },
  } satisfies Partial<Kernels>;
}

function spectrumKernels(exports: Exports, check: Check) {
  return {
    packPanels(source, count, columns, target) {
      check(source, count * columns, 8);
      check(target, panelBytes(count, columns) / 8, 8);
      exports.packPanels(source, count, columns, target);
    },
    addPanels({ left, rows, right, columns, count, target, upper }) {
      check(left, panelBytes(count, rows) / 8, 8);
      check(right, panelBytes(count, columns) / 8, 8);
      check(target, rows * columns, 8);
      exports.addPanels(left, rows, right, columns, count, target, Number(upper));
    },
    tridiagonalize({ matrix, size, diagonal, off, scratch, from, to }) {
      check(matrix, size * size, 8);
      check(scratch, 4 * size, 8);
      for (const vector of [diagonal, off]) check(vector, size, 8);
      exports.tridiagonalize(matrix, size, diagonal, off, scratch, from, to);
    },
  } satisfies Partial<Kernels>;
}
