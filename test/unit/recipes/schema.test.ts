import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recipeJsonSchema, recipeSchema } from '../../../server/recipes/schema.ts';
import { recipeSchemaPath, recipeSchemaText } from '../../harness/recipeSchema.ts';
import { root } from '../../support/steer.ts';

test('media/recipe.schema.json is what `npm run schema` makes', async () => {
  expect(await readFile(recipeSchemaPath, 'utf8')).toBe(recipeSchemaText());
});

test('the packages hold the schema, and package.json tells editors of it', async () => {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(manifest.contributes.yamlValidation[0].url).toBe('./media/recipe.schema.json');
  expect(await readFile(join(root, '.npmignore'), 'utf8')).toContain('!/media/recipe.schema.json\n');
  expect(await readFile(join(root, 'test/fixtures/package.txt'), 'utf8')).toContain(
    'extension/media/recipe.schema.json\n',
  );
});

describe('the JSON Schema', () => {
  // Zod reads no schema that has both properties and alternatives; those are looked at by themselves.
  const { oneOf, ...rest } = recipeJsonSchema();
  const schema = z.fromJSONSchema(rest);
  const sides = { positive: 'a', negative: 'b' };

  test('wants either both sides or directions', () => {
    expect(oneOf).toEqual([{ required: ['positive', 'negative'] }, { required: ['directions'] }]);
  });

  test('says something of every key', () => {
    const { properties = {} } = recipeJsonSchema();
    expect(Object.keys(properties)).toEqual(Object.keys(recipeSchema.shape));
    for (const [key, property] of Object.entries(properties)) {
      expect(property, key).toMatchObject({ description: expect.stringMatching(/\.$/) });
    }
  });

  test.each([
    [sides],
    [{ ...sides, strength: [1, 2], layers: ['4-20', 3], schedule: { layers: [1] } }],
    [{ ...sides, output: { path: 'x', max_shard_size: '5gb' } }],
    [{ directions: [{ path: 'd' }] }],
    [{ ...sides, remove: ['d', { direction: 'e', per: 'tensor' }] }],
    [{ ...sides, base: { model: 'a', revision: 'b' } }],
  ])('accepts %j', (recipe) => {
    expect(schema.safeParse(recipe).success).toBe(true);
  });

  test.each([
    [{ ...sides, strenght: 1 }],
    [{ ...sides, strength: 'x' }],
    [{ ...sides, output: { dtype: 'bf16' } }],
    [{ ...sides, output: { max_shard_size: 'x' } }],
    [{ directions: [] }],
    [{ ...sides, version: 2 }],
    [{ ...sides, remove: [{ per: 'tensor' }] }],
  ])('refuses %j', (recipe) => {
    expect(schema.safeParse(recipe).success).toBe(false);
  });
});
