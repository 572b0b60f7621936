import type { Connection, Diagnostic } from 'vscode-languageserver/node';

/** Who says something of a document: its own text, or the models that it describes or names. */
type Source = 'text' | 'models';

/** Keeps what several sources say of one document, since a client takes one list for each and forgets the one before. */
export class DiagnosticsBoard {
  readonly #connection: Pick<Connection, 'sendDiagnostics'>;
  readonly #said = new Map<string, Map<Source, readonly Diagnostic[]>>();

  constructor(connection: Pick<Connection, 'sendDiagnostics'>) {
    this.#connection = connection;
  }

  /** Replaces what a source says; `version` is that of the text that it is about. */
  say(source: Source, uri: string, diagnostics: readonly Diagnostic[], version?: number): void {
    const said = this.#said.get(uri) ?? new Map<Source, readonly Diagnostic[]>();
    this.#said.set(uri, said.set(source, diagnostics));
    this.#send(uri, version);
  }

  /** What a source says now. */
  of(source: Source, uri: string): readonly Diagnostic[] {
    return this.#said.get(uri)?.get(source) ?? [];
  }

  /** Takes everything back: the document is closed. */
  clear(uri: string): void {
    if (this.#said.delete(uri)) this.#send(uri);
  }

  #send(uri: string, version?: number): void {
    const diagnostics = [...(this.#said.get(uri)?.values() ?? [])].flat();
    void this.#connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
  }
}
