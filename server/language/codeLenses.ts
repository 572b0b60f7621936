import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytes } from '#protocol/figures.ts';
import type { RecipeFacts } from '#protocol/recipes.ts';
import type { CodeLens, Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { signalFrom } from '../abort.ts';
import { toFailure } from '../errors.ts';
import { counted } from '../numbers.ts';
import { shownPath } from '../shownPath.ts';
import type { LastResults } from './lastResults.ts';
import { isRecipe } from './recipeDiagnostics.ts';
import { selectionLens } from './selectionLens.ts';

/** What the lenses run; the argument is the recipe's URI. */
const actions = [
  ['Dry Run', 'weightSteering.dryRun'],
  ['Show Layers', 'weightSteering.showLayers'],
  ['Generate', 'weightSteering.generate'],
  ['Write', 'weightSteering.write'],
] as const;

export interface LensDependencies {
  readonly documents: TextDocuments<TextDocument>;
  readonly results: LastResults;
  readonly facts: (path: string, text: string, signal: AbortSignal) => Promise<RecipeFacts>;
}

/**
 * Above a recipe: what can be done with it; above its direction: what it comes to; above its output: what came of it, on
 * a line of its own, because lenses do not wrap.
 */
export function offerCodeLenses(
  connection: Connection,
  { documents, results, facts }: LensDependencies,
): void {
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const document = documents.get(uri);
    const path = pathOf(uri);
    if (document === undefined || path === undefined || !isRecipe(document)) return [];
    return [
      ...actionLenses(uri),
      ...selectionLens(document, path),
      ...resultLenses(document, results.of(path)),
      factsLens(document),
    ];
  });
  connection.onCodeLensResolve(async (lens, token) => {
    const document = typeof lens.data === 'string' ? documents.get(lens.data) : undefined;
    const path = pathOf(document?.uri ?? '');
    if (document === undefined || path === undefined) return lens;
    using abort = signalFrom(token);
    return { ...lens, command: plain(await factsTitle(path, document.getText(), abort.signal, facts)) };
  });
}

function actionLenses(uri: string): CodeLens[] {
  return actions.map(([title, command]) => ({
    range: startOf(0),
    command: { title, command, arguments: [uri] },
  }));
}

function resultLenses(document: TextDocument, result: string | undefined): CodeLens[] {
  if (result === undefined) return [];
  return [{ range: startOf(lineOf(document, /^output\s*:/)), command: plain(result) }];
}

/** Its title needs the models, which takes a while: it is asked for separately. */
function factsLens(document: TextDocument): CodeLens {
  return { range: startOf(lineOf(document, /^(?:positive|directions)\s*:/)), data: document.uri };
}

/** The first line where there is none. */
function lineOf(document: TextDocument, pattern: RegExp): number {
  const lines = document.getText().split('\n');
  return Math.max(
    0,
    lines.findIndex((text) => pattern.test(text)),
  );
}

function startOf(line: number) {
  const start = { line, character: 0 };
  return { start, end: start };
}

async function factsTitle(
  path: string,
  text: string,
  signal: AbortSignal,
  facts: LensDependencies['facts'],
): Promise<string> {
  try {
    return factsSentence(await facts(path, text, signal), dirname(path));
  } catch (error) {
    const { code, message } = toFailure(error, signal);
    return code === 'invalid-recipe' ? 'See Problems' : message;
  }
}

/** `w = honest − sycophantic · steers base · 28 tensors · adapter, 588 kB`. */
function factsSentence({ direction, target, tensors, outputs }: RecipeFacts, folder: string): string {
  const [first] = outputs;
  const size = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const times = outputs.length > 1 ? `${outputs.length} × ` : '';
  const taken = outputs.find(({ exists }) => exists);
  return [
    `w = ${direction}`,
    `steers ${target}`,
    counted(tensors, 'tensor'),
    ...(first === undefined ? ['no output.path'] : [`${times}${first.format}, ${bytes(size)}`]),
    ...(taken === undefined ? [] : [`${shownPath(taken.path, folder)} exists`]),
  ].join(' · ');
}

/** Text, not a button. */
function plain(title: string) {
  return { title, command: '' };
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // In no file: nothing can be opened relative to it.
  }
}
