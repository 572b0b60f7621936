import type { TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { DiagnosticsBoard } from './diagnosticsBoard.ts';
import { isRecipe, recipeDiagnostics } from './recipeDiagnostics.ts';

/** Keeps the client told what is wrong with each open recipe; a closed one has nothing wrong with it. */
export function publishDiagnostics(board: DiagnosticsBoard, documents: TextDocuments<TextDocument>): void {
  documents.onDidChangeContent(({ document }) => {
    if (!isRecipe(document)) return;
    const { uri, version } = document;
    board.say('text', uri, recipeDiagnostics(document.getText(), uri), version);
  });
  documents.onDidClose(({ document }) => {
    if (isRecipe(document)) board.clear(document.uri);
  });
}
