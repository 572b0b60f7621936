export type PlaceKind = 'checkpoint' | 'adapter' | 'direction' | 'run';

/** Codicons. */
export const placeIcons: Readonly<Record<PlaceKind, string>> = {
  checkpoint: 'package',
  adapter: 'extensions',
  direction: 'arrow-swap',
  run: 'history',
};

/** A folder that is a model, judged by the names of its files alone. Paths are absolute. */
export interface Place {
  readonly kind: PlaceKind;
  readonly path: string;
  /** The files that make it one: configurations, weights, their index. */
  readonly files: readonly string[];
  /** Its `checkpoint-N` folders by step; an adapter may have them too. */
  readonly checkpoints: readonly Place[];
}

/** These places and the checkpoints of those that are training runs. */
export function withCheckpoints(places: readonly Place[]): readonly Place[] {
  return places.flatMap((place) => [place, ...place.checkpoints]);
}
