import { relative, sep } from 'node:path';
import type { Checkpoint } from '../../models/model.ts';

/** How a folder at `from` names the model that it loads on: a Hub id, else a relative path with forward slashes. */
export function nameFrom(from: string, model: Checkpoint): string {
  return model.hubId ?? relative(from, model.path).split(sep).join('/');
}
