import { dirname } from 'node:path';
import type { RecipeFacts, RecipeOutputFacts } from '#protocol/recipes.ts';
import { exists } from '../bytes/stagingPlaces.ts';
import { ServerError } from '../errors.ts';
import { outputPaths } from '../recipes/outputPath.ts';
import { parseRecipe } from '../recipes/parseRecipe.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { planSteering } from '../steering/planSteering.ts';
import { withWarnings } from '../steering/report/report.ts';
import { openRecipe } from './openRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** What a recipe comes to, without reading a weight. Errors: those of the recipe, of its models, and of planning its outputs. */
export async function recipeFacts(
  { path, text }: { readonly path: string; readonly text?: string },
  context: TaskContext,
): Promise<RecipeFacts> {
  const recipe = text === undefined ? await readRecipe(path, context.signal) : parsed(text, path);
  const resolved = await openRecipe(recipe, {
    ...context,
    folder: dirname(path),
    mayWrite: false,
    headersOnly: true,
  });
  const facts = {
    name: recipe.name,
    direction: inWords(recipe),
    target: recipe.target?.text ?? 'base',
    tensors: resolved.direction.tensors.size,
    outputs: recipe.output.path === undefined ? [] : await outputsOf(resolved, context),
  };
  return withWarnings(facts, context.warnings);
}

function parsed(text: string, path: string): Recipe {
  const { recipe } = parseRecipe(text, { path });
  if (recipe === undefined) throw new ServerError('invalid-recipe', path, 'has errors');
  return recipe;
}

/** `honest − sycophantic`, or the names of several with their signs. */
export function inWords({ directions, several, name }: Recipe): string {
  const [first] = directions;
  if (!several && first?.source.kind === 'contrast') {
    const { positive, negative } = first.source;
    return `${shortOf(positive.text, negative.text)} − ${shortOf(negative.text, positive.text)}`;
  }
  const terms = directions.map((each, index) => {
    const sign = each.strength < 0 ? '− ' : index === 0 ? '' : '+ ';
    const size = Math.abs(each.strength);
    return `${sign}${size === 1 ? '' : `${size} `}${each.name}`;
  });
  return terms.length === 0 ? name : terms.join(' ');
}

/** The last part of a path, where that tells the two apart. */
function shortOf(text: string, other: string): string {
  return lastPart(text) === lastPart(other) ? text : lastPart(text);
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

async function outputsOf(
  resolved: ResolvedRecipe,
  { signal }: TaskContext,
): Promise<readonly RecipeOutputFacts[]> {
  const { recipe } = resolved;
  const outputs = outputPaths(recipe);
  const plan = await planSteering({ resolved, outputs, format: recipe.output.format }, signal);
  const facts: RecipeOutputFacts[] = [];
  for (const { path, strength, bytesWritten } of plan.outputs) {
    facts.push({ path, strength, format: plan.format, bytes: bytesWritten, exists: await exists(path) });
  }
  return facts;
}
