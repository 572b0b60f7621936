import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';
import { oneWindow } from './windows.ts';

/** Llama with a sliding window. */
export const mistral: Architecture = (config) =>
  llamaLike(config, { windows: oneWindow(config, 4096), defaults: { keyHeads: 8 } });
