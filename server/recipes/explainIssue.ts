import type { z } from 'zod';
import type { Diagnostic, DiagnosticCode, Range } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import { directionSchema, outputSchema, recipeSchema, reservedKeys } from './schema.ts';
import { inQuotes, shortened } from './shortened.ts';
import { find, keyRange, type Path, rangeOf, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Nobody reads more, and each takes a search for what was meant. */
const maxKeys = 50;

/** Turns what the schema has against a tree into sentences with places. */
export function explainIssue(tree: Tree, issue: Issue): Diagnostic[] {
  return innermost(issue).flatMap((inner) => {
    if (inner.code === 'unrecognized_keys')
      return inner.keys.slice(0, maxKeys).map((key) => unknownKey(tree, inner.path, key));
    return [wrongValue(tree, inner)];
  });
}

/** Of the alternatives for a value, the complaints of the one whose kind of value it is; else that of all. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) =>
    branch.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

function wrongValue(tree: Tree, issue: Issue): Diagnostic {
  const { path, message } = issue;
  const range = rangeOf(tree, path);
  if (issue.code === 'custom') return problem(codeOf(issue.params), message, range);
  const found = find(tree, path);
  if (found === undefined)
    return problem('missing-key', `\`${label(path)}\` is missing; it takes ${message}.`, range);
  const said = `${subject(path)} is ${described(found)}; it takes ${message}`;
  const value = found.kind === 'scalar' ? found.value : undefined;
  if (path.length === 1 && path[0] === 'version' && typeof value === 'number' && value > 1) {
    const words = `This recipe is of version ${value}; this Weight Steering reads version 1. Update it.`;
    return problem('unsupported-version', words, range);
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    return problem('not-finite', `${subject(path)} is ${value}; the numbers of a recipe are finite.`, range);
  const written = typeof value === 'string' ? numberIn(value) : undefined;
  if (written !== undefined && /number/.test(message)) {
    return problem('number-as-text', `${said}: write ${written} without quotes.`, range);
  }
  const isType = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  return problem(isType ? 'wrong-type' : 'invalid-value', `${said}${advice(issue, value)}`, range);
}

/** The end of the sentence, and where what was meant can be guessed, a question. */
function advice(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const guess = dtypeNames.get(value.toLowerCase()) ?? nearest(value, issue.values.map(String));
    return guess === undefined || !issue.values.includes(guess) ? '.' : `. Did you mean \`${guess}\`?`;
  }
  const takesText = /^(a text|a model|a path|a revision)/.test(issue.message);
  return takesText && (typeof value === 'number' || typeof value === 'boolean')
    ? ', so put it in quotes.'
    : '.';
}

/** What other tools call them. */
const dtypeNames = new Map([
  ['bf16', 'bfloat16'],
  ['fp16', 'float16'],
  ['f16', 'float16'],
  ['half', 'float16'],
  ['fp32', 'float32'],
  ['f32', 'float32'],
  ['float', 'float32'],
]);

function unknownKey(tree: Tree, path: Path, key: string): Diagnostic {
  const range = keyRange(tree, [...path, key]) ?? rangeOf(tree, path);
  const known = keysAt(path);
  if (reservedKeys.includes(key) && path[0] !== 'output') {
    return problem(
      'reserved-key',
      `\`${shortened(key)}\` is reserved for a later version; this one cannot heed it.`,
      range,
    );
  }
  const place = path.length === 0 ? 'a recipe' : `\`${label(path)}\``;
  const said = `There is no \`${shortened(key)}\` in ${place}`;
  if (path[0] === 'directions' && Object.hasOwn(recipeSchema.shape, key)) {
    return problem('unknown-key', `${said}: it belongs to the whole recipe, not to one direction.`, range);
  }
  if (path.length === 0 && key === 'path') {
    return problem(
      'unknown-key',
      `${said}; a stored direction is an item of \`directions\`, an output's path is in \`output\`.`,
      range,
    );
  }
  if (path.length === 0 && Object.hasOwn(outputSchema.shape, key)) {
    return problem('unknown-key', `${said}; it belongs under \`output\`.`, range);
  }
  const guess = nearest(key, known);
  const advice = guess === undefined ? `It knows ${known.join(', ')}.` : `Did you mean \`${guess}\`?`;
  return problem('unknown-key', `${said}. ${advice}`, range);
}

/** The keys of the mapping at a path. */
export function keysAt(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(recipeSchema.shape);
  if (path.at(-1) === 'output') return Object.keys(outputSchema.shape);
  if (path.at(-1) === 'schedule') return ['layers', 'others'];
  if (path.at(-2) === 'remove') return ['direction', 'per'];
  return path.length === 2 && path[0] === 'directions'
    ? Object.keys(directionSchema.shape)
    : ['model', 'revision', 'adapter'];
}

function described(tree: Tree): string {
  if (tree.kind === 'list') return listOf(tree.items.length);
  if (tree.kind === 'mapping') return tree.entries.size === 0 ? 'an empty mapping' : 'a mapping';
  if (tree.value === null) return 'empty';
  return typeof tree.value === 'string' ? `the text ${inQuotes(tree.value)}` : String(tree.value);
}

function listOf(count: number): string {
  if (count === 0) return 'an empty list';
  return count < 100 ? 'a list' : `a list of ${count}`;
}

/** A number that was written as text: in quotes, with a decimal comma or a typographic minus. */
function numberIn(text: string): string | undefined {
  const written = text.trim().replace('−', '-').replace(',', '.');
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(written) ? written : undefined;
}

function subject(path: Path): string {
  return path.length === 0 ? 'The recipe' : `\`${label(path)}\``;
}

/** `directions[0].strength`. */
function label(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${shortened(String(step))}`))
    .join('')
    .replace(/^\./, '');
}

function codeOf(params: Record<string, unknown> | undefined): DiagnosticCode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only `refused` of the schema makes custom issues.
  return (params?.['code'] ?? 'invalid-value') as DiagnosticCode;
}

function problem(code: DiagnosticCode, message: string, range: Range): Diagnostic {
  return { code, severity: 'error', message, range };
}
