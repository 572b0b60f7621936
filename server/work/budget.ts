/** An amount that several share; who needs more than is left waits until others leave, or all have left. */
export class Budget {
  readonly #most: number;
  #used = 0;
  #change = Promise.withResolvers<void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** For one who asks at a time. */
  async room(amount: number): Promise<void> {
    while (this.#used > 0 && this.#used + amount > this.#most) await this.#change.promise;
    this.#used += amount;
  }

  leave(amount: number): void {
    this.#used -= amount;
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
