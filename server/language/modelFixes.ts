import { dirname } from 'node:path';
import type { Finding, TextRange } from '#protocol/check.ts';
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { toDiagnostic, top } from './findingDiagnostics.ts';
import type { Found, ModelDocuments } from './modelDocuments.ts';

/** What puts a model right on the disk; the arguments are its folder and the code of the finding. */
export const fixCommand = 'weightSteering.fixModel';

/** Offers what puts findings right: edits where the document is all that changes, else the command. */
export function offerFixes(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  models: Pick<ModelDocuments, 'of'>,
): void {
  connection.onCodeAction(({ textDocument: { uri }, range }) => {
    const found = models.of(uri);
    if (found === undefined || found.version !== documents.get(uri)?.version) return [];
    return actionsFor(uri, found, range);
  });
}

/** The actions at a place of a document. */
export function actionsFor(uri: string, found: Found, range: TextRange): CodeAction[] {
  const { findings, path } = found;
  const here = findings.filter((finding) => touches(placeOf(finding, path), range));
  const single = here.flatMap((finding) => actionFor(uri, found, finding));
  const codes = new Set(here.filter((finding) => isEdit(finding, path)).map(({ code }) => code));
  const all = [...codes].flatMap((code) => allOf(uri, found, code));
  return [...single, ...all];
}

function actionFor(uri: string, { path }: Found, finding: Finding): CodeAction[] {
  const { fix, code, file } = finding;
  if (fix === undefined) return [];
  const common = {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(finding, path)],
    isPreferred: true,
  };
  if (isEdit(finding, path)) return [{ ...common, edit: { changes: { [uri]: [...(fix.edits ?? [])] } } }];
  const folder = code === 'missing-index' ? file : dirname(file);
  return [{ ...common, command: { title: fix.title, command: fixCommand, arguments: [folder, code] } }];
}

/** One action for all findings of a kind, where there are several. */
function allOf(uri: string, { findings, path }: Found, code: Finding['code']): CodeAction[] {
  const alike = findings.filter((finding) => finding.code === code && isEdit(finding, path));
  const [first] = alike;
  if (first?.fix === undefined || alike.length < 2) return [];
  return [
    {
      title: `${first.fix.title} (all ${alike.length} of ${code})`,
      kind: CodeActionKind.QuickFix,
      diagnostics: alike.map((finding) => toDiagnostic(finding, path)),
      edit: { changes: { [uri]: apart(alike.flatMap(({ fix }) => fix?.edits ?? [])) } },
    },
  ];
}

/** Edits that overlap are refused by clients: of those the first counts. */
function apart<Edit extends { readonly range: TextRange }>(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits.toSorted((one, other) => compare(one.range.start, other.range.start))) {
    const last = kept.at(-1);
    if (last === undefined || compare(last.range.end, edit.range.start) <= 0) kept.push(edit);
  }
  return kept;
}

function isEdit({ fix, file }: Finding, path: string): boolean {
  return fix?.edits !== undefined && file === path;
}

function placeOf({ file, range }: Finding, path: string): TextRange {
  return file === path ? (range ?? top) : top;
}

function touches(one: TextRange, other: TextRange): boolean {
  return compare(one.start, other.end) <= 0 && compare(other.start, one.end) <= 0;
}

function compare(one: TextRange['start'], other: TextRange['start']): number {
  return one.line - other.line || one.character - other.character;
}
