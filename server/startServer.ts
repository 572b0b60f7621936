import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerSettings } from '#protocol/settings.ts';
import { version } from '#protocol/version.ts';
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  type InitializeParams,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { connect } from './connect.ts';
import { createHandlers } from './handlers.ts';
import { offerCodeLenses } from './language/codeLenses.ts';
import { executeCommands, serverCommands } from './language/executeCommands.ts';
import { DiagnosticsBoard } from './language/diagnosticsBoard.ts';
import { offerHovers } from './language/hovers.ts';
import { LastResults } from './language/lastResults.ts';
import { ModelDocuments, type ModelDocumentsOptions } from './language/modelDocuments.ts';
import { offerFixes } from './language/modelFixes.ts';
import { watchRecipeModels } from './language/recipeModels.ts';
import { publishDiagnostics } from './language/publishDiagnostics.ts';
import { watchModelFiles } from './language/watchModelFiles.ts';
import { WorkClient } from './workClient.ts';

/** The language server on any connection; it ends with its client. */
export function startServer(connection: Connection): void {
  const settings = { current: defaults };
  let refreshesLenses = false;
  connection.onInitialize((params) => {
    refreshesLenses = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    const own = settingsFrom(params);
    settings.current = own ?? { ...defaults, folders: foldersOf(params) };
    watchModelFiles(connection, params, (folder) => {
      models.changedIn(folder);
      askRecipes();
    });
    // VS Code would register what is listed here a second time, beside the extension's own.
    const executeCommandProvider = own === undefined ? { commands: serverCommands } : undefined;
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        codeLensProvider: { resolveProvider: true },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        ...(executeCommandProvider !== undefined && { executeCommandProvider }),
      },
      serverInfo: { name: 'Weight Steering', version },
    };
  });
  const documents = new TextDocuments(TextDocument);
  const forking = { script: workScript(), log: (text: string) => connection.console.log(text) };
  const work = new WorkClient(forking);
  const generating = new WorkClient({ ...forking, ...generationProcess });
  const results = new LastResults(() => {
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
  });
  const handlers = createHandlers({
    work,
    generating,
    settings,
    results,
    onFixed: (path) => models.refresh(path),
  });
  connect(connection, handlers);
  executeCommands(connection, handlers);
  const board = new DiagnosticsBoard(connection);
  publishDiagnostics(board, documents);
  const checking: ModelDocumentsOptions = {
    documents,
    board,
    check: (params, signal) => handlers['models/check'](params, { signal, report: () => {} }),
    log: (text) => connection.console.warn(text),
  };
  const models = new ModelDocuments(checking);
  const askRecipes = watchRecipeModels(checking);
  offerFixes(connection, documents, models);
  offerHovers(connection, documents);
  offerCodeLenses(connection, {
    documents,
    results,
    facts: (path, text, signal) => handlers['recipes/facts']({ path, text }, { signal, report: () => {} }),
  });
  documents.listen(connection);
  connection.onShutdown(() => {
    for (const each of [work, generating]) each[Symbol.dispose]();
  });
  connection.listen();
}

/** A step of a large model may take seconds, and its loading is worth more than the wait. */
const generationProcess = {
  patienceMilliseconds: 10_000,
  lost: 'The texts so far are all there is: run again, the model is loaded anew.',
};

const defaults: ServerSettings = { device: 'auto', hubCache: null, bases: {}, folders: [], trusted: true };

/** Only our own extension sends any. */
function settingsFrom({ initializationOptions }: InitializeParams): ServerSettings | undefined {
  const given: unknown = initializationOptions;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Both are of one version, and nobody else sends a `device`.
  if (typeof given === 'object' && given !== null && 'device' in given) return given as ServerSettings;
  return undefined;
}

function foldersOf({ workspaceFolders }: InitializeParams): readonly string[] {
  return (workspaceFolders ?? []).flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []));
}

/** Beside the bundle that this is part of, or in dist/ where the sources run as they are. */
function workScript(): string {
  const here = import.meta.dirname;
  const places = [join(here, 'work.cjs'), join(here, '../dist/work.cjs')];
  return places.find((path) => existsSync(path)) ?? join(here, 'work.cjs');
}
