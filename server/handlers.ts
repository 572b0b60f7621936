import { version } from '#protocol/version.ts';
import type { Handlers } from './connect.ts';

/** One short function for each request of the protocol. */
export function createHandlers(): Handlers {
  return {
    'server/version': async () => ({ version, node: process.versions.node }),
  };
}
