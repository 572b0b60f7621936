import type { CheckResult, Finding, Severity } from '#protocol/check.ts';
import * as vscode from 'vscode';

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} satisfies Record<Severity, vscode.DiagnosticSeverity>;

/**
 * What *Check Model* found, in Problems: in the files that no editor has open, where the server tells of the others. What was found of a
 * file is gone when that file changes.
 */
export class FindingsShown implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('weightSteering');
  readonly #watching = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#collection.delete(uri)),
    ...watchers((uri) => this.#collection.delete(uri)),
  );

  readonly show = ({ findings }: CheckResult): void => {
    this.#collection.clear();
    const isOpen = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.fsPath));
    const files = Map.groupBy(findings, ({ file }) => file);
    for (const [file, own] of files)
      if (!isOpen.has(file)) this.#collection.set(vscode.Uri.file(file), own.map(toDiagnostic));
  };

  dispose(): void {
    this.#watching.dispose();
    this.#collection.dispose();
  }
}

/** Of what is found in: weights and configurations. */
function watchers(changed: (uri: vscode.Uri) => void): readonly vscode.Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{safetensors,bin,gguf,json}');
  return [watcher, watcher.onDidChange(changed), watcher.onDidDelete(changed)];
}

function toDiagnostic({ severity, code, message, range }: Finding): vscode.Diagnostic {
  const { start, end } = range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const place = new vscode.Range(start.line, start.character, end.line, end.character);
  const diagnostic = new vscode.Diagnostic(place, message, severities[severity]);
  diagnostic.code = code;
  diagnostic.source = 'Weight Steering';
  return diagnostic;
}
