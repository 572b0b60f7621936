import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

let count = 0;

/** Writes a recipe into a folder, under a name of its own; returns its path. */
export function writeRecipeFile(folder: string, recipe: object): string {
  count += 1;
  const path = join(folder, `written${count}.steer.yaml`);
  writeFileSync(path, JSON.stringify(recipe));
  return path;
}
