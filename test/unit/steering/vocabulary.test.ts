import { beforeAll, describe, expect, test } from 'vitest';
import { adapterFolder, checkpointFolder, matrix, vector, type Values } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { scene } from './scene.ts';

const { at, write, dryRun, contrast } = scene();
const embed = 'model.embed_tokens.weight';
const head = 'lm_head.weight';
const norm = { 'model.norm.weight': vector(1, 1) };

/** Two columns; each row has one value. */
function rows(...values: readonly number[]): Values {
  return matrix(values.length, 2, ...values.flatMap((value) => [value, value]));
}

function model(name: string, ...values: readonly number[]): void {
  checkpointFolder(at(name), { [embed]: rows(...values), [head]: rows(...values), ...norm });
}

beforeAll(() => {
  model('base', 1, 1, 1, 1); // Rows 0–3.
  model('three', 5, 6, 7);
  model('four', 2, 2, 2, 2);
  model('five', 3, 3, 3, 3, 3);
  model('target', 10, 10, 10, 10, 10, 10);
  const q = {
    'model.layers.0.q_proj.lora_A.weight': matrix(1, 2, 1),
    'model.layers.0.q_proj.lora_B.weight': matrix(2, 1, 1),
  };
  const layer = { 'model.layers.0.q_proj.weight': matrix(2, 2, 1) };
  checkpointFolder(at('layered'), { [embed]: rows(1, 1), ...layer, ...norm });
  adapterFolder(
    at('resized'),
    { ...q, 'model.embed_tokens.weight': rows(4, 4, 4) },
    { r: 1, modules_to_save: ['embed_tokens'] },
  );
  adapterFolder(
    at('factors'),
    {
      'model.embed_tokens.lora_embedding_A': matrix(1, 4, 1),
      'model.embed_tokens.lora_embedding_B': matrix(2, 1, 1),
    },
    { r: 1 },
  );
});

interface Case {
  readonly positive: string;
  readonly negative: string;
  readonly target?: string;
}

async function steered(vocabulary: string, { target = 'base', ...sides }: Case): Promise<number[]> {
  const recipe = { name: 'w', base: 'base', ...sides, target, vocabulary };
  const { outputs, warnings } = await write(recipe);
  expect(warnings?.map(({ code }) => code)).toContain('vocabulary');
  const tensors = readModel(outputs[0]!.path);
  const found = [...valuesOf(tensors.get(embed)!)].filter((_, index) => index % 2 === 0);
  expect([...valuesOf(tensors.get(head)!)].filter((_, index) => index % 2 === 0)).toEqual(found);
  return found;
}

describe('rows that only some models have', () => {
  test.each<[what: string, sides: Case, intersect: number[], pad: number[]]>([
    // The negative lacks row 3, which is the base's then: 1 + (2 − 1).
    ['of the positive side', { positive: 'four', negative: 'three' }, [-2, -3, -4, 1], [-2, -3, -4, 2]],
    // Row 4 is nowhere but in the positive and has no place in the target.
    ['without a place in the target', { positive: 'five', negative: 'base' }, [3, 3, 3, 3], [3, 3, 3, 3]],
    // The base lacks row 4 too: it counts from zero. Nobody has row 5.
    [
      'that the target has alone',
      { positive: 'five', negative: 'base', target: 'target' },
      [12, 12, 12, 12, 10, 10],
      [12, 12, 12, 12, 13, 10],
    ],
    [
      'of the target beyond both sides',
      { positive: 'four', negative: 'base', target: 'target' },
      [11, 11, 11, 11, 10, 10],
      [11, 11, 11, 11, 10, 10],
    ],
    ['that the target lacks', { positive: 'four', negative: 'base', target: 'three' }, [6, 7, 8], [6, 7, 8]],
  ])('%s', async (_, sides, intersect, pad) => {
    expect(await steered('intersect', sides)).toEqual(intersect);
    expect(await steered('pad', sides)).toEqual(pad);
  });

  test.each<[what: string, recipe: object]>([
    ['between the two sides', { positive: 'four', negative: 'three' }],
    ['between w and the target', { positive: 'four', negative: 'base', target: 'three' }],
  ])('are named where they are refused, %s', async (_, recipe) => {
    await expect(dryRun({ name: 'w', base: 'base', ...recipe })).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringMatching(
        /\[(3|4), 2\].*\[(3|4), 2\].*; row 3 only one of them has: .*vocabulary: intersect.*pad/,
      ),
    });
  });
});

test('an adapter that holds resized embeddings is put on its base where the recipe allows it', async () => {
  const recipe = { name: 'w', base: 'layered', positive: 'resized', negative: 'base' };
  await expect(dryRun(recipe)).rejects.toMatchObject({
    code: 'shape-mismatch',
    message: expect.stringMatching(/\[3, 2\], but it is \[2, 2\].*; row 2 only one of them has/),
  });
  const { outputs } = await write({ ...recipe, vocabulary: 'intersect' });
  expect([...valuesOf(readModel(outputs[0]!.path).get(embed)!)]).toEqual([4, 4, 4, 4]);
  await expect(dryRun({ ...recipe, target: 'resized', vocabulary: 'pad' })).rejects.toMatchObject({
    code: 'shape-mismatch',
    message: expect.stringMatching(/is \[2, 2\] below, and \[3, 2\] in the adapter on it/),
  });
});

test('factors of another vocabulary cannot be cut, and say so', async () => {
  const recipe = { name: 'w', base: 'base', positive: 'factors', negative: 'three', vocabulary: 'intersect' };
  await expect(dryRun(recipe)).rejects.toMatchObject({
    code: 'shape-mismatch',
    message: expect.stringMatching(/factors for "model\.embed_tokens\.weight" of \[4, 2\].*merge_and_unload/),
  });
});

test('a stored direction is cut to the rows of the target', async () => {
  await contrast({ name: 'w', base: 'base', positive: 'four', negative: 'base' }, 'w');
  const recipe = { name: 'w', base: 'base', directions: [{ path: 'w' }], target: 'three' };
  await expect(dryRun(recipe)).rejects.toMatchObject({ code: 'shape-mismatch' });
  const { outputs } = await write({ ...recipe, vocabulary: 'intersect' });
  expect([...valuesOf(readModel(outputs[0]!.path).get(embed)!)]).toEqual([6, 6, 7, 7, 8, 8]);
});

test('models of one vocabulary need not heed any of it', async () => {
  const { warnings } = await write({
    name: 'w',
    base: 'base',
    positive: 'four',
    negative: 'base',
    vocabulary: 'pad',
  });
  expect((warnings ?? []).map(({ code }) => code)).not.toContain('vocabulary');
});
