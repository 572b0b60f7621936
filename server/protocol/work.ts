import type { Outcome } from './failure.ts';
import type { Method, Params } from './requests.ts';
import type { ServerSettings } from './settings.ts';

/** What the server hands on to its work process: all that opens a model. */
export type WorkMethod = Exclude<
  Method,
  | 'server/version'
  | 'settings/apply'
  | 'recipes/restrict'
  | 'recipes/clause'
  | 'recipes/moved'
  | 'recipes/strengthEdits'
>;

export interface WorkRequest<M extends WorkMethod> {
  readonly kind: 'request';
  readonly id: number;
  readonly method: M;
  readonly params: Params<M>;
  /** Those of the moment in which it was asked. */
  readonly settings: ServerSettings;
}

export type ToWork =
  | { readonly kind: 'cancel'; readonly id: number }
  | { [M in WorkMethod]: WorkRequest<M> }[WorkMethod];

export type FromWork =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly outcome: Outcome<unknown> }
  /** For the log: the stack of a mistake of ours. */
  | { readonly kind: 'log'; readonly text: string };
