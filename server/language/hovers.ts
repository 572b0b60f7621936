import { type Connection, MarkupKind, type TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { explainKey } from '../recipes/explainKey.ts';
import { isRecipe } from './recipeDiagnostics.ts';

/** Says what the key under the pointer is for, in the words of the schema. */
export function offerHovers(connection: Connection, documents: TextDocuments<TextDocument>): void {
  connection.onHover(({ textDocument: { uri }, position }) => {
    const document = documents.get(uri);
    if (document === undefined || !isRecipe(document)) return null;
    const found = explainKey(document.getText(), position);
    return found === undefined
      ? null
      : { contents: { kind: MarkupKind.PlainText, value: found.text }, range: found.range };
  });
}
