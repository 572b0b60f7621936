import { basename } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { parseRecipe } from '../recipes/parseRecipe.ts';

/** Shown beside the code of every diagnostic. */
const source = 'Weight Steering';

/** What is wrong with a recipe's text, as the Language Server Protocol has it. Never throws, whatever text and URI hold. */
export function recipeDiagnostics(text: string, uri: string): Diagnostic[] {
  return parseRecipe(text, { path: pathOf(uri) }).diagnostics.map(({ code, severity, message, range }) => ({
    range,
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source,
    message,
  }));
}

/** By the language the editor gave it, or by its file's name where the editor does not know our language. */
export function isRecipe({
  uri,
  languageId,
}: {
  readonly uri: string;
  readonly languageId: string;
}): boolean {
  return languageId === 'steer-recipe' || /\.steer\.ya?ml$/i.test(uri);
}

/** A document that is in no file yet has a name all the same. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return basename(uri); // Not a `file:` URI, or one that no path can be made of.
  }
}
