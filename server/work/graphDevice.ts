import { ServerError } from '../errors.ts';
import type { DeviceChoice } from './devices.ts';
import { probeWebGpu } from './probeWebGpu.ts';

/** Who runs a graph. */
export type GraphDevice = 'cpu' | 'webgpu';

/**
 * The device that a graph is run on; `auto` is the CPU. WebGPU is tried first in a process of its own, the bundle of `probe.ts`;
 * `device-unavailable` where it cannot be used. A probe cannot be stopped, and ends by itself.
 */
export async function graphDevice(
  requested: DeviceChoice,
  probeScript: string | undefined,
  signal: AbortSignal,
): Promise<GraphDevice> {
  if (requested !== 'webgpu') return 'cpu';
  const found =
    probeScript === undefined
      ? ({ usable: false, reason: 'there is no process to try it in' } as const)
      : await probeWebGpu(probeScript);
  signal.throwIfAborted();
  if (found.usable) return 'webgpu';
  throw new ServerError('device-unavailable', 'webgpu', `WebGPU cannot be used here: ${found.reason}`);
}
