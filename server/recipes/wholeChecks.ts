import type { Diagnostic, DiagnosticCode } from './diagnostic.ts';
import type { Recipe } from './recipe.ts';
import { formatStrength } from './strength.ts';
import { find, headOf, type Path, rangeOf, type Tree } from './tree.ts';

/** What only shows once every value is known: outputs that would be one, names given twice, directions that are zero. */
export function checkWhole(tree: Tree, recipe: Recipe): Diagnostic[] {
  const report: Report = (code, path, message) => {
    const severity = code === 'zero-direction' ? 'warning' : 'error';
    return { code, severity, message, range: rangeOf(tree, path) };
  };
  return [...outputs(recipe, report), ...names(recipe, tree), ...zeros(recipe, report)];
}

type Report = (code: DiagnosticCode, path: Path, message: string) => Diagnostic;

function outputs({ strengths, output }: Recipe, report: Report): Diagnostic[] {
  if (strengths.length > 1 && output.path !== undefined && !output.path.includes('{strength}')) {
    const message = `All ${strengths.length} strengths would be written to one path; add {strength} to it.`;
    return [report('duplicate-output', ['output', 'path'], message)];
  }
  return repeated(strengths.map(formatStrength)).map(({ index, value }) => {
    const message = `The strength ${value.slice(1)} is in the list twice; both would be written to one path.`;
    return report('duplicate-output', ['strength', index], message);
  });
}

function names({ directions }: Recipe, tree: Tree): Diagnostic[] {
  return repeated(directions.map(({ name }) => name)).map(({ index, value }) => {
    const item = find(tree, ['directions', index]);
    const named = find(tree, ['directions', index, 'name']);
    const message = `Two directions are called ${JSON.stringify(value)}; give each a \`name\` of its own.`;
    return { code: 'duplicate-name', severity: 'error', message, range: headOf(named ?? item ?? tree) };
  });
}

function zeros({ directions, several }: Recipe, report: Report): Diagnostic[] {
  return directions.flatMap(({ source }, index) => {
    if (source.kind === 'stored' || source.positive.text !== source.negative.text) return [];
    const path = several ? ['directions', index, 'negative'] : ['negative'];
    const message = '`positive` and `negative` are the same model, so the direction is zero.';
    return [report('zero-direction', path, message)];
  });
}

function repeated(values: readonly string[]): { index: number; value: string }[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => (seen.size === seen.add(value).size ? [{ index, value }] : []));
}
