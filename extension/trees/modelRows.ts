import { basename, relative, sep } from 'node:path';
import type { CachedModel } from '#protocol/models.ts';
import type { Place } from '../discovery/place.ts';
import type { ModelNode } from './nodes.ts';

/** Folders that names are shown from; with several of them, the name of the folder comes first. */
export interface Root {
  readonly name: string;
  readonly path: string;
}

/** A model as a row, named by its way from the folder that holds it. */
export function toRow(place: Place, roots: readonly Root[]): ModelNode {
  const { kind: model, path, checkpoints } = place;
  return { kind: 'model', model, path, name: nameFrom(path, roots), checkpoints };
}

/** The checkpoints of a training run as rows. */
export function checkpointRows({ checkpoints }: ModelNode): readonly ModelNode[] {
  return checkpoints.map((place) => ({ ...toRow(place, []), name: basename(place.path) }));
}

/** A model of the Hub cache as a row; what it is, the server says. */
export function cachedRow({ id, path }: CachedModel): ModelNode {
  return { kind: 'model', model: 'checkpoint', path, name: id, checkpoints: [] };
}

/** A path as its way from the root that holds it; in the Hub cache, the Hub id. */
export function nameFrom(path: string, roots: readonly Root[]): string {
  const root = roots
    .filter((each) => isInside(each.path, path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
  if (root === undefined) return hubId(path) ?? basename(path);
  const way = relative(root.path, path).split(sep).join('/');
  const parts = [roots.length > 1 ? root.name : '', way].filter((part) => part !== '');
  return parts.join('/') || root.name;
}

/** `ORG/NAME` of a snapshot in the Hub cache. */
export function hubId(path: string): string | undefined {
  const folder = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+$/.exec(path)?.[1];
  return folder?.replace('--', '/');
}

/** Whether a path is a folder or something in it. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
