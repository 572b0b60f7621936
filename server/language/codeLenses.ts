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

/** What the lenses run; the argument is the recipe's URI. */
const actions = [
  ['Dry Run', 'weightSteering.dryRun'],
  ['Show Layers', 'weightSteering.showLayers'],
  ['Write', 'weightSteering.write'],
] as const;

export interface LensDependencies {
  readonly documents: TextDocuments<TextDocument>;
  readonly results: LastResults;
  readonly facts: (path: string, text: string, signal: AbortSignal) => Promise<RecipeFacts>;
}

/** Above a recipe: what can be done with it and what came of it; above its direction: what it comes to. */
export function offerCodeLenses(
  connection: Connection,
  { documents, results, facts }: LensDependencies,
): void {
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const document = documents.get(uri);
    const path = pathOf(uri);
    if (document === undefined || path === undefined || !isRecipe(document)) return [];
    return [...actionLenses(uri, results.of(path)), factsLens(document)];
  });
  connection.onCodeLensResolve(async (lens, token) => {
    const document = typeof lens.data === 'string' ? documents.get(lens.data) : undefined;
    const path = pathOf(document?.uri ?? '');
    if (document === undefined || path === undefined) return lens;
    using abort = signalFrom(token);
    return { ...lens, command: plain(await factsTitle(path, document.getText(), abort.signal, facts)) };
  });
}

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function actionLenses(uri: string, result: string | undefined): CodeLens[] {
  const lenses = actions.map(([title, command]) => ({
    range: top,
    command: { title, command, arguments: [uri] },
  }));
  return result === undefined ? lenses : [...lenses, { range: top, command: plain(result) }];
}

/** Its title needs the models, which takes a while: it is asked for separately. */
function factsLens(document: TextDocument): CodeLens {
  const lines = document.getText().split('\n');
  const line = Math.max(
    0,
    lines.findIndex((text) => /^(?:positive|directions)\s*:/.test(text)),
  );
  const start = { line, character: 0 };
  return { range: { start, end: start }, data: document.uri };
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
