import * as vscode from 'vscode';
import { windowFolders } from '../windowFolders.ts';
import type { Models } from '../discovery/models.ts';
import type { Descriptions } from './descriptions.ts';
import { modelItem } from './modelItem.ts';
import { toRow } from './modelRows.ts';
import type { ModelNode } from './nodes.ts';

/** The view *Directions*: those stored in the window's folders and the added ones, by name. */
export class DirectionsTree implements vscode.TreeDataProvider<ModelNode> {
  readonly #models: Models;
  readonly #descriptions: Descriptions;
  readonly #changed = new vscode.EventEmitter<ModelNode | undefined>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(models: Models, descriptions: Descriptions) {
    this.#models = models;
    this.#descriptions = descriptions;
    this.#listening = vscode.Disposable.from(
      models.onDidChange(() => this.#changed.fire(undefined)),
      descriptions.onDidChange(() => this.#changed.fire(undefined)),
    );
  }

  getChildren(node?: ModelNode): ModelNode[] {
    if (node !== undefined) return [];
    const roots = windowFolders();
    const directions = this.#models.places.filter(({ kind }) => kind === 'direction');
    const rows = directions.map((place) => toRow(place, roots));
    return rows.toSorted((one, other) => one.name.localeCompare(other.name));
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    return modelItem(node, this.#descriptions.of(node.path));
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}
