import type { MessageHost } from './bridge.ts';

/** What VS Code gives a page, once. */
export interface Host extends MessageHost {
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

let acquired: Host | undefined;

/** VS Code's end of the channel. It may be asked for only once in the life of a page. */
export function host(): Host {
  return (acquired ??= acquireVsCodeApi());
}
