import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';

/** Llama 1 to 3.3, and all that is stored as they are. */
export const llama: Architecture = (config) => llamaLike(config);
