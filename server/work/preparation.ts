import { Budget } from './budget.ts';
import type { Devices } from './devices.ts';
import { isFactored, sumItems } from './gramUnit.ts';
import type { GramItem, JobItem, SteerItem, Unit } from './job.ts';
import type { Regions } from './regions.ts';
import { extraScratch } from './runTask.ts';
import type { Prepared } from './schedule.ts';
import type { Station } from './station.ts';
import type { Rows } from './rows.ts';
import type { Task, Tile } from './tasks.ts';
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
  #open: { readonly item: JobItem; readonly tiles: readonly (ItemTiles | undefined)[] } | undefined;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  async prepare(item: JobItem, { start, length }: Unit): Promise<Prepared> {
    if (item.kind === 'steer' && [...item.fixed, ...item.moving].some(({ kind }) => kind !== 'dense')) {
      const tiles = await this.#tilesOf(item);
      const { release, ...made } = await tiles.make({ start, length });
      return { task: { item, start, length, ...made }, release };
    }
    if (item.kind === 'gram') return await this.#prepareGram(item, { start, length });
    return await this.#withScratch({ item, start, length });
  }

  [Symbol.dispose](): void {
    for (const tiles of this.#open?.tiles ?? []) tiles?.close();
    this.#open = undefined;
  }

  async #withScratch(task: Task): Promise<Prepared> {
    const bytes = extraScratch(task.item);
    if (bytes === 0) return { task, release: () => {} };
    const { regions } = this.#options;
    await this.#budget.room(bytes);
    const scratch = regions.take(bytes);
    const release = () => {
      regions.give(scratch);
      this.#budget.leave(bytes);
    };
    return { task: { ...task, scratch }, release };
  }

  /** Sums that are not all dense get a tile each; where all are low-rank nothing is multiplied out. */
  async #prepareGram(item: GramItem, rows: Rows): Promise<Prepared> {
    const lent = await this.#withScratch({ item, ...rows });
    if (isFactored(item)) return lent;
    const releases = [lent.release];
    const release = () => releases.forEach((give) => give());
    try {
      const sums: (Tile | undefined)[] = [];
      for (const held of await this.#sumsOf(item)) {
        const made = await held?.make(rows);
        if (made !== undefined) releases.push(made.release);
        sums.push(made?.moving);
      }
      return { task: { ...lent.task, sums }, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #sumsOf(item: GramItem): Promise<readonly (ItemTiles | undefined)[]> {
    if (this.#open?.item === item) return this.#open.tiles;
    this[Symbol.dispose]();
    const { station, regions } = this.#options;
    const tiles: (ItemTiles | undefined)[] = [];
    this.#open = { item, tiles };
    for (const sum of sumItems(item)) {
      const isDense = sum.moving.every(({ kind }) => kind === 'dense');
      tiles.push(
        isDense ? undefined : await openItemTiles(station, regions, { item: sum, products: undefined }),
      );
    }
    return tiles;
  }

  async #tilesOf(item: SteerItem): Promise<ItemTiles> {
    const [known] = this.#open?.item === item ? this.#open.tiles : [];
    if (known !== undefined) return known;
    this[Symbol.dispose]();
    const { station, regions, devices } = this.#options;
    const tiles = await openItemTiles(station, regions, { item, products: await devices.productsFor(item) });
    this.#open = { item, tiles: [tiles] };
    return tiles;
  }
}
