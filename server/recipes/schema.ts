import { z } from 'zod';
import { byteCount, sizePattern } from './byteCount.ts';
import type { DiagnosticCode } from './diagnostic.ts';
import { globProblem } from './glob.ts';
import { layersProblem } from './layers.ts';
import { referenceProblem } from './modelReference.ts';
import { pathProblem } from './placeholders.ts';
import { nameProblem } from './recipeName.ts';
import { maxStrengths } from './strength.ts';

/**
 * The recipe, version 1: the only description of its keys. Diagnostics, types and `media/recipe.schema.json` are made from it.
 * The message beside each type says what the key takes, in the words that diagnostics use.
 */

/** A check that says what is wrong in a sentence of its own, under its own code. */
function refused<T>(code: DiagnosticCode, problemOf: (value: T) => string | undefined) {
  return (value: T, context: z.RefinementCtx<T>): void => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message, params: { code } });
  };
}

const number = z.number('a number');
const text = z.string('a text');
/** A text that says something; `what` is said of anything else. */
const filled = (what: string) => z.string(what).min(1, what);

const reference = z.union(
  [
    z.string().superRefine(refused('invalid-reference', referenceProblem)),
    z.strictObject({
      model: filled('a path or a Hub id').describe('Path or Hub id.'),
      revision: filled('a revision').optional().describe('Branch, tag or commit on the Hub.'),
      adapter: filled('a path or a Hub id').optional().describe('Path or Hub id of an adapter on top.'),
    }),
  ],
  'a model: PATH or ORG/NAME, with @REVISION or +ADAPTER',
);

const name = text.superRefine(refused('invalid-name', nameProblem));

const layerNumber = z.int().superRefine(refused('invalid-layers', (layer) => layersProblem(String(layer))));
const layerRange = z.string().superRefine(refused('invalid-layers', layersProblem));
const layersForm = 'layers such as 4-20, 4, 4- or -20, or a list of these';
const layers = z.union(
  [layerNumber, layerRange, z.array(z.union([layerNumber, layerRange], layersForm)).min(1, layersForm)],
  layersForm,
);

const anchors = z.array(number, 'a list of numbers').min(1, 'a list of numbers, with at least one');
const schedule = z.union(
  [
    anchors,
    z.strictObject({
      layers: anchors.describe('Factors as anchors, linear from the first layer to the last.'),
      others: number.optional().describe('Factor of the tensors outside layers. Default: 1.'),
    }),
  ],
  'a list of factors, or {layers: […], others: …}',
);

const globs = z
  .array(text.superRefine(refused('invalid-glob', globProblem)), 'a list of patterns, such as ["*.mlp.*"]')
  .min(1, 'a list of patterns, with at least one');

const share = 'a share above 0, 1 at most';

const removedForm = 'a direction: a recipe, a stored direction or an adapter, or {direction: …, per: tensor}';
const removed = z.union(
  [
    filled(removedForm),
    z.strictObject({
      direction: filled('a recipe, a stored direction or an adapter').describe(
        'What is projected out: a recipe, a stored direction, or an adapter or fine-tune, less its base.',
      ),
      per: z
        .enum(['model', 'tensor'], 'model or tensor')
        .optional()
        .describe('model: one coefficient over all tensors; tensor: one for each. Default: model.'),
    }),
  ],
  removedForm,
);
const removedList = 'a list of directions, such as [directions/other]';

/** What restricts and weights the tensors; on a direction and on the whole alike, where both apply. */
const parts = {
  modules: z
    .array(filled('a module'), 'a list of modules, such as [attention, mlp]')
    .min(1, 'a list of modules, with at least one')
    .optional()
    .describe(
      'Which modules move: attention, mlp, embeddings, head, norms, or short names such as q_proj. Default: all.',
    ),
  include: globs
    .optional()
    .describe(
      'Patterns over whole tensor names, of which one must match: * is any characters, ? is one, \\ escapes.',
    ),
  exclude: globs.optional().describe('Patterns over whole tensor names, of which none may match.'),
  layers: layers
    .optional()
    .describe(
      'Which layers move, both ends included, from 0: 4-20, 4, 4-, -20, or a list of these. Default: all.',
    ),
  schedule: schedule
    .optional()
    .describe(
      'Factors over the layers: anchors, linear from the first layer to the last. Default: 1 everywhere.',
    ),
  remove: z
    .array(removed, removedList)
    .min(1, `${removedList}, with at least one`)
    .optional()
    .describe(
      'Projects other directions out, jointly, so that what is left has the cosine 0 with each: recipes, stored directions or adapters. {direction: …, per: tensor} does so on every tensor by itself. Before rank and energy.',
    ),
  rank: z
    .int('a whole number from 1')
    .min(1, 'a whole number from 1')
    .optional()
    .describe(
      'Keeps so many leading singular vectors of the direction on each tensor: its best approximation of this rank. Default: all.',
    ),
  energy: z
    .number(share)
    .gt(0, share)
    .max(1, share)
    .optional()
    .describe(
      'Keeps as many leading singular vectors on each tensor as have this share of its squared norm, such as 0.9. With rank: no more than that. Default: all.',
    ),
};

const contrast = {
  positive: reference.optional().describe('The fine-tune that shows the behaviour.'),
  negative: reference
    .optional()
    .describe('The fine-tune that shows its opposite; `base` for the way from the base to the positive one.'),
};

export const directionSchema = z.strictObject(
  {
    name: name
      .optional()
      .describe('Name of the direction, as in --strength NAME=K. Default: the last part of its path.'),
    ...contrast,
    path: filled('the folder of a stored direction')
      .optional()
      .describe('Folder of a stored direction, in place of positive and negative.'),
    strength: number.optional().describe('How far to go along this direction, of either sign. Default: 1.'),
    ...parts,
  },
  'a direction: positive and negative, or the path of a stored one',
);

const sizeForm = 'a size such as 5GB';

export const outputSchema = z.strictObject(
  {
    path: text
      .superRefine(refused('unknown-placeholder', pathProblem))
      .optional()
      .describe(
        'Folder to write, relative to the recipe. {name} is the name of the recipe, {strength} is k1.5, k-1, k0.5.',
      ),
    format: z
      .enum(
        ['auto', 'adapter', 'checkpoint', 'direction', 'gguf-adapter'],
        'auto, adapter, checkpoint, direction or gguf-adapter',
      )
      .optional()
      .describe(
        'What to write; auto is an adapter where the change is low-rank and the target is the base, else a checkpoint. gguf-adapter is one for llama.cpp, whose scale is the strength.',
      ),
    dtype: z
      .enum(['source', 'float32', 'bfloat16', 'float16'], 'source, float32, bfloat16 or float16')
      .optional()
      .describe('Element type of the tensors that move. Default: source, their own.'),
    rounding: z
      .enum(['nearest', 'stochastic'], 'nearest or stochastic')
      .optional()
      .describe('How values are rounded to the element type. Default: nearest, ties to even.'),
    seed: z
      .int('a whole number from 0')
      .min(0, 'a whole number from 0')
      .optional()
      .describe('Seed of stochastic rounding. Default: 0.'),
    max_shard_size: z
      .union([z.number(), z.string().regex(sizePattern, { error: sizeForm, abort: true })], sizeForm)
      .superRefine(
        refused('invalid-size', (size) =>
          byteCount(size) === undefined
            ? 'A shard has at least one byte; write a size such as 5GB.'
            : undefined,
        ),
      )
      .optional()
      .describe('Largest weights file, such as 5GB. Default: the files of the target, in their order.'),
  },
  'path, format, dtype, rounding, seed and max_shard_size',
);

const strengthForm = 'a number or a list of numbers';

export const recipeSchema = z.strictObject(
  {
    version: z.literal(1, 'the number 1').optional().describe('Version of the recipe format.'),
    name: name.optional().describe("Name of the recipe. Default: the file's name."),
    base: reference.optional().describe('The model that the fine-tunes started from.'),
    ...contrast,
    directions: z
      .array(directionSchema, 'a list of directions')
      .min(1, 'a list of directions, with at least one')
      .optional()
      .describe('Several directions, in place of positive and negative.'),
    target: reference.optional().describe('The model that is steered. Default: the base.'),
    strength: z
      .union(
        [number, z.array(number).min(1, strengthForm).max(maxStrengths, `at most ${maxStrengths} numbers`)],
        strengthForm,
      )
      .optional()
      .describe(
        'k, which others call scale or coefficient: how far to go, of either sign; a list writes several models. 1 is the whole way from negative to positive. With directions: a factor over all of them. Default: 1.',
      ),
    vocabulary: z
      .enum(['refuse', 'intersect', 'pad'], 'refuse, intersect or pad')
      .optional()
      .describe(
        'Where embeddings have different numbers of rows: refuse; intersect moves the rows that all have; pad takes what a fine-tune lacks from the base, else as zero. Default: refuse.',
      ),
    ...parts,
    output: outputSchema.optional().describe('What to write, and where.'),
  },
  'a mapping of keys such as positive, negative and strength',
);

/** A recipe's values, each of the right type and form; keys that exclude each other may still be there together. */
export type RecipeValues = z.output<typeof recipeSchema>;
export type DirectionValues = z.output<typeof directionSchema>;

/** Keys that a later version will give a meaning. */
export const reservedKeys: readonly string[] = ['device', 'precision'];

/** The JSON Schema (draft 7, which editors know best) that ships as `media/recipe.schema.json`. */
export function recipeJsonSchema(): z.core.JSONSchema.BaseSchema {
  const title = 'Weight Steering recipe';
  const sources = [{ required: ['positive', 'negative'] }, { required: ['directions'] }];
  return { ...z.toJSONSchema(recipeSchema, { target: 'draft-7', io: 'input' }), title, oneOf: sources };
}
