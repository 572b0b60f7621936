import { join } from 'node:path';
import type { Provenance } from '#protocol/viewer.ts';
import { ServerError } from '../errors.ts';
import { cardFacts } from './cardFacts.ts';
import { isThere } from './isThere.ts';
import { isJsonObject, type JsonObject, readJsonFile } from './jsonFile.ts';
import type { Model } from './model.ts';

/** Where a model comes from, as far as the files in its folder say; what cannot be read says nothing. */
export async function provenanceOf(model: Model, folder: string, signal?: AbortSignal): Promise<Provenance> {
  return {
    steering: await steeringIn(folder, signal),
    direction: directionOf(model),
    card: await cardFacts(join(folder, 'README.md'), signal),
  };
}

function directionOf(model: Model): Provenance['direction'] {
  if (model.kind !== 'direction') return null;
  const { name, base, norm, created, tool } = model.manifest;
  return { name, base: base?.reference ?? null, norm, created, tool };
}

async function steeringIn(folder: string, signal?: AbortSignal): Promise<Provenance['steering']> {
  const path = join(folder, 'steering.json');
  if (!(await isThere(path))) return null;
  try {
    return toSteering(await readJsonFile(path, signal));
  } catch (error) {
    if (error instanceof ServerError) return null;
    throw error;
  }
}

function toSteering({ format, tool, recipe, output, inputs }: JsonObject): Provenance['steering'] {
  if (format !== 'weight-steering' || typeof tool !== 'string') return null;
  const strength = isJsonObject(output) ? output['strength'] : undefined;
  const name = isJsonObject(recipe) ? recipe['name'] : undefined;
  return {
    tool,
    recipe: typeof name === 'string' ? name : null,
    strength: typeof strength === 'number' ? strength : null,
    inputs: Array.isArray(inputs) ? inputs.flatMap(inputOf) : [],
  };
}

/** Hub id or folder name, and the part that it played. */
function inputOf(input: unknown): readonly string[] {
  if (!isJsonObject(input) || typeof input['model'] !== 'string') return [];
  const { model, role } = input;
  return [typeof role === 'string' ? `${role}: ${model}` : model];
}
