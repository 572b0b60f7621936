import type { Diagnostic, Position } from './diagnostic.ts';
import { explainIssue } from './explainIssue.ts';
import { readTree } from './readTree.ts';
import type { Recipe } from './recipe.ts';
import { recipeSchema } from './schema.ts';
import { checkSources } from './sourceChecks.ts';
import { toRecipe } from './toRecipe.ts';
import { plainValue, type Tree } from './tree.ts';
import { checkWhole } from './wholeChecks.ts';

export interface ParsedRecipe {
  /** Undefined where a diagnostic is an error. */
  readonly recipe?: Recipe;
  /** In the order of the text; at most `maxDiagnostics`. */
  readonly diagnostics: readonly Diagnostic[];
}

const maxDiagnostics = 100;

/**
 * The only reader of recipes, for editor and command line alike. Never throws and touches no file: `path` gives the
 * recipe its folder and its default name.
 */
export function parseRecipe(text: string, { path }: { readonly path: string }): ParsedRecipe {
  const { tree, diagnostics } = readTree(text);
  if (tree === undefined) return { diagnostics: inOrder(diagnostics) };
  const { recipe, found } = check(tree, path);
  const all = inOrder([...diagnostics, ...found]);
  const isBroken = all.some(({ severity }) => severity === 'error');
  return { ...(recipe !== undefined && !isBroken && { recipe }), diagnostics: all };
}

function check(tree: Tree, path: string): { recipe?: Recipe; found: readonly Diagnostic[] } {
  const { success, data, error } = recipeSchema.safeParse(plainValue(tree));
  const shape = success
    ? []
    : error.issues.slice(0, maxDiagnostics).flatMap((issue) => explainIssue(tree, issue));
  // A later version has other keys: nothing else can be said of it.
  const version = shape.filter(({ code }) => code === 'unsupported-version');
  if (version.length > 0) return { found: version };
  const found = [...shape, ...checkSources(tree)];
  if (!success || found.length > 0) return { found };
  const recipe = toRecipe(data, path);
  return { recipe, found: checkWhole(tree, recipe) };
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted((one, other) => compare(one.range.start, other.range.start));
  return sorted.slice(0, maxDiagnostics);
}

function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
