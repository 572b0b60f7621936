import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckResult, Finding, TextRange } from '#protocol/check.ts';
import { type Diagnostic, DiagnosticSeverity, type TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { toFailure } from '../errors.ts';
import { expandHome } from '../models/hubCache.ts';
import { isThere } from '../models/isThere.ts';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import { referenceProblem, toReference } from '../recipes/modelReference.ts';
import { parseRecipe } from '../recipes/parseRecipe.ts';
import { readTree } from '../recipes/readTree.ts';
import { find, type Tree } from '../recipes/tree.ts';
import { shownPath } from '../shownPath.ts';
import type { DiagnosticsBoard } from './diagnosticsBoard.ts';
import { diagnosticSeverities, toRelated } from './findingDiagnostics.ts';
import type { AskCheck } from './modelDocuments.ts';
import { isRecipe } from './recipeDiagnostics.ts';
import { Scheduler } from './scheduler.ts';

interface RecipeModelsOptions {
  readonly documents: TextDocuments<TextDocument>;
  readonly board: DiagnosticsBoard;
  readonly check: AskCheck;
  readonly log: (text: string) => void;
}

/**
 * Underlines in a recipe the models whose files have something wrong with them. What it returns looks at all open recipes again: files
 * of models have changed on the disk.
 */
export function watchRecipeModels({ documents, board, check, log }: RecipeModelsOptions): () => void {
  const scheduler = new Scheduler(async (uri, signal) => {
    const document = documents.get(uri);
    const path = pathOf(uri);
    if (document === undefined || path === undefined) return;
    const { version } = document;
    const diagnostics = await modelDiagnostics(document.getText(), path, { check, signal });
    if (signal.aborted || document.version !== version) return;
    if (diagnostics.length > 0 || board.of('models', uri).length > 0)
      board.say('models', uri, diagnostics, version);
  }, log);
  documents.onDidChangeContent(({ document }) => {
    if (isRecipe(document)) scheduler.ask(document.uri);
  });
  documents.onDidSave(({ document }) => {
    if (isRecipe(document)) scheduler.ask(document.uri);
  });
  documents.onDidClose(({ document }) => scheduler.drop(document.uri));
  return () => {
    for (const document of documents.all()) if (isRecipe(document)) scheduler.ask(document.uri);
  };
}

interface Asking {
  readonly check: AskCheck;
  readonly signal: AbortSignal;
}

/** One diagnostic for each model with errors or warnings, and for each that is not there; none while the text is wrong itself. */
async function modelDiagnostics(
  text: string,
  path: string,
  { check, signal }: Asking,
): Promise<readonly Diagnostic[]> {
  const { tree } = readTree(text);
  if (tree === undefined || parseRecipe(text, { path }).recipe === undefined) return [];
  const diagnostics: Diagnostic[] = [];
  for (const { model, range, isRemoved } of namedModels(tree)) {
    signal.throwIfAborted();
    const located = await locatedAt(model, dirname(path));
    if (located === undefined) {
      if (isRemoved) diagnostics.push(notThere(model, range));
      continue;
    }
    if (namesRecipe(located)) continue; // It has diagnostics of its own.
    const result = await check({ models: [located], depth: 'headers' }, signal).catch((error: unknown) => {
      const { code } = toFailure(error, signal);
      if (code === 'internal') throw error;
      if (isRemoved && code === 'model-not-found') diagnostics.push(notThere(model, range));
      return undefined; // That it cannot be opened is told above the recipe.
    });
    diagnostics.push(
      ...(result === undefined ? [] : summary(result, { model, range, folder: dirname(path) })),
    );
  }
  return diagnostics;
}

/** A path that is there, or a Hub id; what is neither is told elsewhere. */
async function locatedAt(model: string, folder: string): Promise<string | undefined> {
  const path = resolve(folder, expandHome(model));
  if (await isThere(path)) return path;
  return /^[\w.-]+\/[\w.-]+$/.test(model) ? model : undefined;
}

interface Named {
  readonly model: string;
  readonly range: TextRange;
  /** Named under `remove`. */
  readonly isRemoved?: boolean;
}

/** Each model once, where it is named first. */
function namedModels(tree: Tree): readonly Named[] {
  const directions = find(tree, ['directions']);
  const items = directions?.kind === 'list' ? directions.items.map((_, at) => at) : [];
  const paths = [
    ...['base', 'target', 'positive', 'negative'].map((key) => [key]),
    ...items.flatMap((at) => ['positive', 'negative', 'path'].map((key) => ['directions', at, key])),
  ];
  const named = new Map<string, Named>();
  for (const path of paths) {
    for (const each of namedAt(find(tree, path))) if (!named.has(each.model)) named.set(each.model, each);
  }
  named.delete('base');
  const lists = [['remove'], ...items.map((at) => ['directions', at, 'remove'])];
  for (const each of lists.flatMap((path) => removedAt(find(tree, path))))
    if (!named.has(each.model)) named.set(each.model, each);
  return [...named.values()];
}

/** What `remove` lists: a text, or a mapping with `direction`. */
function removedAt(tree: Tree | undefined): readonly Named[] {
  const items = tree?.kind === 'list' ? tree.items : [];
  return items.flatMap((item) => {
    const found = item.kind === 'mapping' ? find(item, ['direction']) : item;
    if (found?.kind !== 'scalar' || typeof found.value !== 'string') return [];
    return [{ model: found.value, range: found.range, isRemoved: true }];
  });
}

function notThere(model: string, range: TextRange): Diagnostic {
  return {
    range,
    severity: diagnosticSeverities.error,
    code: 'model-not-found',
    source: 'Weight Steering',
    message: `${model} is not there; \`remove\` names a recipe, a stored direction, or an adapter or fine-tune.`,
  };
}

function namedAt(tree: Tree | undefined): readonly Named[] {
  if (tree?.kind === 'mapping') return ['model', 'adapter'].flatMap((key) => namedAt(find(tree, [key])));
  if (tree?.kind !== 'scalar' || typeof tree.value !== 'string' || referenceProblem(tree.value) !== undefined)
    return [];
  const { model, adapter } = toReference(tree.value);
  return [model, adapter].flatMap((name) => (name === undefined ? [] : [{ model: name, range: tree.range }]));
}

function summary(
  { findings }: CheckResult,
  { model, range, folder }: Named & { readonly folder: string },
): readonly Diagnostic[] {
  const bad = findings.filter(({ severity }) => severity !== 'info');
  const first = bad.find(({ severity }) => severity === 'error') ?? bad[0];
  if (first === undefined) return [];
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more)` : '';
  return [
    {
      range,
      severity: first.severity === 'error' ? diagnosticSeverities.error : DiagnosticSeverity.Warning,
      code: first.code,
      source: 'Weight Steering',
      message: `${model}: ${shownPath(first.file, folder)}: ${first.message}${more}`,
      relatedInformation: bad.slice(0, 10).map(related),
    },
  ];
}

function related({ file, message, range }: Finding) {
  return toRelated({ file, message, ...(range !== undefined && { range }) });
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // In no file: nothing can be opened relative to it.
  }
}
