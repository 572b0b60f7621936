import { version } from '#protocol/version.ts';
import { type Connection, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { connect } from './connect.ts';
import { createHandlers } from './handlers.ts';
import { publishDiagnostics } from './language/publishDiagnostics.ts';

/** The language server on any connection; it ends with its client. */
export function startServer(connection: Connection): void {
  connection.onInitialize(() => ({
    capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental },
    serverInfo: { name: 'Weight Steering', version },
  }));
  connect(connection, createHandlers());
  publishDiagnostics(connection);
  connection.listen();
}
