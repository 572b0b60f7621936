import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckParams, CheckResult, Finding } from '#protocol/check.ts';
import type { TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { holdsModel } from '../models/holdsModel.ts';
import type { DiagnosticsBoard } from './diagnosticsBoard.ts';
import { toDiagnostic } from './findingDiagnostics.ts';
import { Scheduler } from './scheduler.ts';

/** Files that describe a model, in the order in which they stand for what has no text: the weights. */
const names = [
  'model.safetensors.index.json',
  'adapter_config.json',
  'config.json',
  'tokenizer_config.json',
  'generation_config.json',
];

export type AskCheck = (params: CheckParams, signal: AbortSignal) => Promise<CheckResult>;

export interface ModelDocumentsOptions {
  readonly documents: TextDocuments<TextDocument>;
  readonly board: DiagnosticsBoard;
  readonly check: AskCheck;
  /** What failed otherwise than foreseen. */
  readonly log: (text: string) => void;
}

/** What was found of a document, and in which version of its text. */
export interface Found {
  readonly version: number;
  readonly path: string;
  /** Its own, and where it stands for other files those of them. */
  readonly findings: readonly Finding[];
}

/** Keeps the client told what is wrong with models whose configuration or index is open. */
export class ModelDocuments {
  readonly #options: ModelDocumentsOptions;
  readonly #found = new Map<string, Found>();
  readonly #scheduler: Scheduler;

  constructor(options: ModelDocumentsOptions) {
    const { documents, log } = options;
    this.#options = options;
    this.#scheduler = new Scheduler((folder, signal) => this.#look(folder, signal), log);
    documents.onDidChangeContent(({ document }) => this.#ask(document.uri));
    documents.onDidSave(({ document }) => this.#ask(document.uri));
    documents.onDidClose(({ document }) => this.#forget(document.uri));
  }

  /** What was found last of a document. */
  of(uri: string): Found | undefined {
    return this.#found.get(uri);
  }

  /** Looks again at a model whose files have changed. */
  refresh(folder: string): void {
    if (this.#open(folder).length > 0) this.#scheduler.ask(folder);
  }

  /** The same, and at open adapters, whose base it may be. */
  changedIn(folder: string): void {
    const adapters = this.#options.documents
      .all()
      .flatMap(({ uri }) => modelPath(uri) ?? [])
      .filter((path) => basename(path) === 'adapter_config.json')
      .map((path) => dirname(path));
    for (const each of new Set([folder, ...adapters])) this.refresh(each);
  }

  #ask(uri: string): void {
    const path = modelPath(uri);
    if (path !== undefined) this.#scheduler.ask(dirname(path));
  }

  #forget(uri: string): void {
    const path = modelPath(uri);
    if (path === undefined) return;
    this.#found.delete(uri);
    this.#options.board.clear(uri);
    const folder = dirname(path);
    if (this.#open(folder).length > 0) this.#scheduler.ask(folder);
    else this.#scheduler.drop(folder);
  }

  async #look(folder: string, signal: AbortSignal): Promise<void> {
    const open = this.#open(folder);
    if (open.length === 0 || !(await holdsModel(folder))) return;
    const texts = Object.fromEntries(open.map(({ path, document }) => [path, document.getText()]));
    const versions = new Map(open.map(({ document }) => [document.uri, document.version]));
    const { findings } = await this.#options.check({ models: [folder], depth: 'headers', texts }, signal);
    if (!signal.aborted) this.#show(open, findings, versions);
  }

  #show(
    open: readonly OpenDocument[],
    findings: readonly Finding[],
    versions: ReadonlyMap<string, number>,
  ): void {
    const paths = new Set(open.map(({ path }) => path));
    const elsewhere = findings.filter(({ file, severity }) => !paths.has(file) && severity !== 'info');
    for (const [at, { path, document }] of open.entries()) {
      const { uri } = document;
      const version = versions.get(uri) ?? document.version;
      const own = [...findings.filter(({ file }) => file === path), ...(at === 0 ? elsewhere : [])];
      this.#found.set(uri, { version, path, findings: own });
      const diagnostics = own.map((finding) => toDiagnostic(finding, path));
      if (diagnostics.length > 0 || this.#options.board.of('models', uri).length > 0)
        this.#options.board.say('models', uri, diagnostics, version);
    }
  }

  /** The one that stands for the others first. */
  #open(folder: string): readonly OpenDocument[] {
    const all = this.#options.documents.all().flatMap((document) => {
      const path = modelPath(document.uri);
      return path !== undefined && dirname(path) === folder ? [{ path, document }] : [];
    });
    return all.toSorted((one, other) => rank(one.path) - rank(other.path));
  }
}

interface OpenDocument {
  readonly path: string;
  readonly document: TextDocument;
}

function rank(path: string): number {
  return names.indexOf(basename(path));
}

/** The path of a document that may describe a model. */
function modelPath(uri: string): string | undefined {
  try {
    const path = fileURLToPath(uri);
    return names.includes(basename(path)) ? path : undefined;
  } catch {
    return undefined; // In no file.
  }
}
