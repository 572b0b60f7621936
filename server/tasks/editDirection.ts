import { join } from 'node:path';
import type { EditDirectionParams } from '#protocol/requests.ts';
import { writeAtomically } from '../bytes/atomicWrite.ts';
import { ServerError } from '../errors.ts';
import { manifestName, toManifest } from '../models/directionManifest.ts';
import { type JsonObject, readJsonFile } from '../models/jsonFile.ts';
import { nameProblem } from '../recipes/recipeName.ts';

/**
 * Writes the name or the description of a stored direction into its `direction.json`; all else there stays, fields that others added
 * too. `usage` for what cannot be a name; else the errors of reading and writing the file.
 */
export async function editDirection(
  { path, name, description }: EditDirectionParams,
  signal: AbortSignal,
): Promise<null> {
  const file = join(path, manifestName);
  const problem = name === undefined ? undefined : nameProblem(name);
  if (problem !== undefined) throw new ServerError('usage', path, problem);
  const json = await readJsonFile(file, signal);
  toManifest(file, json); // What is not one stays as it is.
  const edited = { ...withDescription(json, description), ...(name !== undefined && { name }) };
  await writeAtomically(file, `${JSON.stringify(edited, null, 2)}\n`);
  return null;
}

/** Behind the name, where people look for it; an empty one is taken away. */
function withDescription(json: JsonObject, description: string | undefined): JsonObject {
  if (description === undefined) return json;
  const { format, version, name, description: _, ...others } = json;
  const text = description.trim();
  return { format, version, name, ...(text !== '' && { description: text }), ...others };
}
