import type { Place, PlaceKind } from '../discovery/place.ts';

export type Group = 'workspace' | 'hub' | 'added';

/** A row of a tree. */
export type Node =
  | { readonly kind: 'group'; readonly group: Group }
  /** A folder of the setting. */
  | { readonly kind: 'folder'; readonly path: string }
  | ModelNode
  | { readonly kind: 'problem'; readonly message: string }
  /** In place of an empty group. */
  | { readonly kind: 'demo' };

export interface ModelNode {
  readonly kind: 'model';
  readonly model: PlaceKind;
  readonly path: string;
  readonly name: string;
  /** A training run's. */
  readonly checkpoints: readonly Place[];
}

/** A row's identity, so that VS Code keeps what is expanded and selected. */
export function nodeId(node: Node): string {
  switch (node.kind) {
    case 'group':
      return `group:${node.group}`;
    case 'folder':
      return `folder:${node.path}`;
    case 'model':
      return `model:${node.path}`;
    case 'problem':
      return `problem:${node.message}`;
    case 'demo':
      return 'demo';
  }
}
