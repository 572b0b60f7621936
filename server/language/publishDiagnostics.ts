import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isRecipe, recipeDiagnostics } from './recipeDiagnostics.ts';

/** Keeps the client told what is wrong with each open recipe; a closed one has nothing wrong with it. */
export function publishDiagnostics(connection: Connection, documents: TextDocuments<TextDocument>): void {
  documents.onDidChangeContent(({ document }) => {
    if (!isRecipe(document)) return;
    const { uri, version } = document;
    void connection.sendDiagnostics({
      uri,
      version,
      diagnostics: recipeDiagnostics(document.getText(), uri),
    });
  });
  documents.onDidClose(({ document: { uri, languageId } }) => {
    if (isRecipe({ uri, languageId })) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
}
