import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { recipeJsonSchema } from '../../server/recipes/schema.ts';

/** `npm run schema`: the JSON Schema of recipes, for editors that know no more of them than that. */
export const recipeSchemaPath = resolve(import.meta.dirname, '../../media/recipe.schema.json');

/** What has to be in that file. */
export function recipeSchemaText(): string {
  return `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`;
}

if (import.meta.main) await writeFile(recipeSchemaPath, recipeSchemaText());
