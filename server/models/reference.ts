/** A model as it is named wherever one is named: `PATH` or `ORG/NAME`, with `@REVISION`, with `+ADAPTER`. */
export interface ModelReference {
  /** As written, for messages and cards. */
  readonly text: string;
  /** Path or Hub id, without revision and adapter. `base` where the recipe's base is meant. */
  readonly model: string;
  readonly revision?: string;
  /** Path or Hub id of an adapter on top. */
  readonly adapter?: string;
}
