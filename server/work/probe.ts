import { createProducts, type Products } from './products.ts';
import { createBench } from './bench.ts';
import { loadRuntime } from './onnxRuntime.ts';
import type { ProbeResult } from './probeWebGpu.ts';
import { findFault, type TestBench } from './selfTest.ts';

/** A product large enough for a GPU to show what it can: 2²⁰ elements of rank 64. */
const trial = { rows: 1024, columns: 1024, rank: 64 };
const trials = 5;

/** Entry of a process of its own, because a faulty graphics driver ends the process that asks it. */
void probe().then((result) => process.send?.(result, () => process.disconnect?.()));

async function probe(): Promise<ProbeResult> {
  const loaded = await loadRuntime();
  if ('missing' in loaded) return { usable: false, reason: loaded.missing };
  const bench = createBench();
  try {
    await using gpu = await createProducts(loaded.runtime, { ...bench, device: 'webgpu', precision: 'F32' });
    const fault = await findFault(gpu, bench);
    if (fault !== undefined) return { usable: false, reason: fault };
    await using cpu = await createProducts(loaded.runtime, { ...bench, device: 'cpu', precision: 'F64' });
    return { usable: true, webgpu: await milliseconds(gpu, bench), cpu: await milliseconds(cpu, bench) };
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n', 1);
    return { usable: false, reason };
  }
}

/** The best of some runs: what the device can do when nothing else disturbs it. */
async function milliseconds(products: Products, { regions }: TestBench): Promise<number> {
  const { rows, columns, rank } = trial;
  const [left = 0, right = 0, target = 0] = [rows * rank, columns * rank, rows * columns].map(
    (values) => regions.take(values * 8).pointer,
  );
  let best = Infinity;
  for (let run = 0; run < trials; run++) {
    const start = performance.now();
    await products.multiply({ left, right, target, ...trial });
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
