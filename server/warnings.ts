import type { Warning } from '#protocol/failure.ts';

/** Collects warnings on the way; each distinct one is kept once, in the order of its first appearance. */
export class Warnings {
  readonly #kept = new Map<string, Warning>();

  add(warning: Warning): void {
    const key = JSON.stringify([warning.code, warning.file, warning.tensor, warning.message]);
    if (!this.#kept.has(key)) this.#kept.set(key, warning);
  }

  list(): readonly Warning[] {
    return [...this.#kept.values()];
  }
}
