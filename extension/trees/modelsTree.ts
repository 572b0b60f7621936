import { basename } from 'node:path';
import type { CachedModel } from '#protocol/models.ts';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import type { Models } from '../discovery/models.ts';
import type { Place } from '../discovery/place.ts';
import { failureOf } from '../failures.ts';
import type { Settings } from '../settings.ts';
import { windowFolders } from '../windowFolders.ts';
import type { Descriptions } from './descriptions.ts';
import { modelItem } from './modelItem.ts';
import { cachedRow, checkpointRows, isInside, type Root, toRow } from './modelRows.ts';
import { type Group, type Node, nodeId } from './nodes.ts';
import { plainItem } from './plainItem.ts';

export interface ModelsTreeParts {
  readonly models: Models;
  readonly descriptions: Descriptions;
  readonly call: Call;
  readonly settings: () => Settings;
  /** Whether there is a Hub cache to look into. */
  readonly hasHubCache: () => Promise<boolean>;
}

/** The view *Models*: workspace, Hub cache, added folders. Empty where there is none of it, for the welcome. */
export class ModelsTree implements vscode.TreeDataProvider<Node> {
  readonly #parts: ModelsTreeParts;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #shown = new Map<string, Node>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: ModelsTreeParts) {
    this.#parts = parts;
    this.#listening = vscode.Disposable.from(
      parts.models.onDidChange(() => this.refresh()),
      parts.descriptions.onDidChange((paths) => this.#update(paths)),
    );
  }

  /** Everything anew. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const rows = node === undefined ? await this.#roots() : await this.#inside(node);
    for (const row of rows) this.#shown.set(nodeId(row), row);
    return rows;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'model') return modelItem(node, this.#parts.descriptions.of(node.path));
    const item = plainItem(node);
    item.id = nodeId(node);
    return item;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<Node[]> {
    const { models, settings, hasHubCache } = this.#parts;
    await models.looked;
    const { problems, modelFolders } = settings();
    const [here, cached] = [models.workspace.some(isModel), await hasHubCache()];
    const groups: Group[] = [];
    if (here || cached) groups.push('workspace');
    if (cached) groups.push('hub');
    if (modelFolders.length > 0) groups.push('added');
    return [...problems.map(toProblem), ...groups.map((group): Node => ({ kind: 'group', group }))];
  }

  async #inside(node: Node): Promise<Node[]> {
    if (node.kind === 'model') return [...checkpointRows(node)];
    if (node.kind === 'folder') return this.#added(node.path);
    if (node.kind !== 'group') return [];
    switch (node.group) {
      case 'workspace':
        return this.#workspace();
      case 'hub':
        return await this.#cached();
      case 'added':
        return this.#parts.settings().modelFolders.map((path) => ({ kind: 'folder', path }));
    }
  }

  #workspace(): Node[] {
    const roots = windowFolders();
    const rows = this.#parts.models.workspace.filter(isModel).map((place) => toRow(place, roots));
    return rows.length === 0 ? [{ kind: 'demo' }] : rows;
  }

  #added(folder: string): Node[] {
    const root: Root = { name: basename(folder), path: folder };
    const inside = this.#parts.models.added.filter(({ path }) => isInside(folder, path));
    return inside.filter(isModel).map((place) => toRow(place, [root]));
  }

  async #cached(): Promise<Node[]> {
    try {
      return (await this.#parts.call('models/cached', null)).map((model: CachedModel) => cachedRow(model));
    } catch (error) {
      return [toProblem(failureOf(error).message)];
    }
  }

  #update(paths: readonly string[]): void {
    for (const path of paths) {
      const node = this.#shown.get(`model:${path}`);
      if (node !== undefined) this.#changed.fire(node);
    }
  }
}

function isModel({ kind }: Place): boolean {
  return kind !== 'direction';
}

function toProblem(message: string): Node {
  return { kind: 'problem', message };
}
