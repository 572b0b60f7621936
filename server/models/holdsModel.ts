import { join } from 'node:path';
import { manifestName } from './directionManifest.ts';
import { isThere } from './isThere.ts';
import { adapterName, checkpointNames } from './openModel.ts';

/** Whether a folder has one of the files by which `openModel` knows a model; opens none. Errors: `unreadable`. */
export async function holdsModel(folder: string): Promise<boolean> {
  for (const name of [...checkpointNames, adapterName, manifestName])
    if (await isThere(join(folder, name))) return true;
  return false;
}
