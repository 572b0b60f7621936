/** Who wants to hear of something; VS Code's `Event` for modules that do without VS Code. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Listens until it is disposed. */
  readonly on = (listener: (value: T) => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
