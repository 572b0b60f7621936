import { Budget } from './budget.ts';
import type { Devices } from './devices.ts';
import type { JobItem, SteerItem, Unit } from './job.ts';
import type { Regions } from './regions.ts';
import { extraScratch } from './runTask.ts';
import type { Prepared } from './schedule.ts';
import type { Station } from './station.ts';
import { openItemTiles, type ItemTiles } from './tiles.ts';

/** Bytes that units take at once beside what threads have for themselves; one unit may take more. */
const mostScratch = 400e6;

export interface PreparationOptions {
  readonly station: Station;
  readonly regions: Regions;
  readonly devices: Devices;
}

/**
 * What the main thread does for the units of a job, one after the other, before the crew gets them: products, and
 * memory for what needs much. Right factors are kept from an item's first unit to its last.
 */
export class Preparation implements Disposable {
  readonly #options: PreparationOptions;
  readonly #budget = new Budget(mostScratch);
  #open: { readonly item: SteerItem; readonly tiles: ItemTiles } | undefined;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  async prepare(item: JobItem, { start, length }: Unit): Promise<Prepared> {
    if (item.kind === 'steer' && [...item.fixed, ...item.moving].some(({ kind }) => kind !== 'dense')) {
      const tiles = await this.#tilesOf(item);
      const { release, ...made } = await tiles.make({ start, length });
      return { task: { item, start, length, ...made }, release };
    }
    const bytes = extraScratch(item);
    if (bytes === 0) return { task: { item, start, length }, release: () => {} };
    const { regions } = this.#options;
    await this.#budget.room(bytes);
    const scratch = regions.take(bytes);
    const release = () => {
      regions.give(scratch);
      this.#budget.leave(bytes);
    };
    return { task: { item, start, length, scratch }, release };
  }

  [Symbol.dispose](): void {
    this.#open?.tiles.close();
    this.#open = undefined;
  }

  async #tilesOf(item: SteerItem): Promise<ItemTiles> {
    if (this.#open?.item === item) return this.#open.tiles;
    this[Symbol.dispose]();
    const { station, regions, devices } = this.#options;
    const tiles = await openItemTiles(station, regions, { item, products: await devices.productsFor(item) });
    this.#open = { item, tiles };
    return tiles;
  }
}
