import { bytes, grouped } from '#protocol/figures.ts';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { type HeaderGroup, headerGroups, type HeaderLine, headerLine } from './headerLine.ts';
import { comparedAt, headerScheme } from './headerUri.ts';
import { nameLength } from './tensorLines.ts';

/** Whether something that is open moves a tensor of the model at a path. */
export type Moves = (path: string, name: string) => boolean;

/** Hover, folding, outline and links of header documents: beside `moves`, their lines are all they need. */
export function registerHeaderLanguage(moves: Moves): vscode.Disposable {
  const selector = { scheme: headerScheme };
  const { languages } = vscode;
  return vscode.Disposable.from(
    languages.registerHoverProvider(selector, {
      provideHover: (document, position) => provideHover(document, position, moves),
    }),
    languages.registerFoldingRangeProvider(selector, { provideFoldingRanges }),
    languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols }),
    languages.registerDocumentLinkProvider(selector, { provideDocumentLinks }),
  );
}

function provideHover(
  document: vscode.TextDocument,
  { line }: vscode.Position,
  moves: Moves,
): vscode.Hover | undefined {
  const { text } = document.lineAt(line);
  const tensor = headerLine(text, line);
  if (tensor === undefined) return undefined;
  const { name, dtype, shape } = tensor;
  const elements = shape.reduce((product, size) => product * size, 1);
  const hover = new vscode.MarkdownString();
  hover.isTrusted = { enabledCommands: [commandIds.openTensor, commandIds.showInLayers] };
  // A name is data: in a block of code it cannot become a link.
  hover.appendCodeblock(name, 'plaintext');
  const facts = [
    dtype,
    shape.length === 0 ? vscode.l10n.t('scalar') : shape.join(' × '),
    elements === 1 ? vscode.l10n.t('1 value') : vscode.l10n.t('{0} values', grouped(elements)),
    bytes(tensor.bytes),
  ];
  hover.appendText(facts.join(' · '));
  const path = comparedAt(document.uri)?.path;
  const links = [
    ...(path === undefined
      ? []
      : [`[${vscode.l10n.t('Open Tensor')}](${String(commandUri(commandIds.openTensor, path, name))})`]),
    ...(path !== undefined && moves(path, name)
      ? [`[${vscode.l10n.t('Show in Layers')}](${String(commandUri(commandIds.showInLayers, path, name))})`]
      : []),
  ];
  hover.appendMarkdown(`\n\n${links.join(' · ')}`);
  return new vscode.Hover(hover, nameRange(line, text));
}

/** The facts, and layer by layer. */
function provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
  const groups = headerGroups(tensorsOf(document)).filter((entry) => 'lines' in entry);
  const facts = factLines(document);
  return [
    ...(facts > 1 ? [new vscode.FoldingRange(0, facts - 1, vscode.FoldingRangeKind.Comment)] : []),
    ...groups.map(({ lines }) => new vscode.FoldingRange(firstOf(lines), lastOf(lines))),
  ];
}

function provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
  return headerGroups(tensorsOf(document)).map((entry) =>
    'lines' in entry ? groupSymbol(document, entry) : tensorSymbol(document, entry, entry.name),
  );
}

function groupSymbol(document: vscode.TextDocument, { name, lines }: HeaderGroup): vscode.DocumentSymbol {
  const start = document.lineAt(firstOf(lines)).range;
  const range = start.union(document.lineAt(lastOf(lines)).range);
  const size = bytes(lines.reduce((sum, line) => sum + line.bytes, 0));
  const symbol = new vscode.DocumentSymbol(name, size, vscode.SymbolKind.Module, range, start);
  symbol.children = lines.map((line) => tensorSymbol(document, line, line.name.slice(name.length + 1)));
  return symbol;
}

function tensorSymbol(
  document: vscode.TextDocument,
  { line, dtype, shape, name }: HeaderLine,
  label: string,
): vscode.DocumentSymbol {
  const { range, text } = document.lineAt(line);
  const detail = `${dtype} [${shape.join(', ')}]`;
  // VS Code refuses a symbol without a name.
  const shown = label.trim() === '' ? JSON.stringify(name) : label;
  return new vscode.DocumentSymbol(shown, detail, vscode.SymbolKind.Array, range, nameRange(line, text));
}

/** On the last word of each name alone: VS Code underlines links, and a page of underlined names is hard to read. */
function provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
  return [...tensorsOf(document)].map(({ line, name }) => {
    const range = linkRange(nameRange(line, document.lineAt(line).text), name);
    const link = new vscode.DocumentLink(range, openTensor(document, name));
    link.tooltip = vscode.l10n.t('Open Tensor');
    return link;
  });
}

function linkRange(range: vscode.Range, name: string): vscode.Range {
  const length = name.length - name.lastIndexOf('.') - 1;
  const isPlain = length > 0 && range.end.character === name.length;
  return isPlain ? range.with(range.end.translate(0, -length)) : range;
}

function openTensor({ uri }: vscode.TextDocument, name: string): vscode.Uri | undefined {
  const path = comparedAt(uri)?.path;
  if (path === undefined) return undefined;
  return commandUri(commandIds.openTensor, path, name);
}

function commandUri(command: string, path: string, name: string): vscode.Uri {
  // VS Code decodes once more than it parses.
  const query = encodeURIComponent(JSON.stringify([path, name]));
  return vscode.Uri.from({ scheme: 'command', path: command, query });
}

function* tensorsOf(document: vscode.TextDocument): Generator<HeaderLine> {
  for (let line = 0; line < document.lineCount; line++) {
    const tensor = headerLine(document.lineAt(line).text, line);
    if (tensor !== undefined) yield tensor;
  }
}

function factLines(document: vscode.TextDocument): number {
  let lines = 0;
  while (lines < document.lineCount && document.lineAt(lines).text.startsWith('#')) lines++;
  return lines;
}

function nameRange(line: number, text: string): vscode.Range {
  return new vscode.Range(line, 0, line, nameLength(text));
}

function firstOf(lines: HeaderGroup['lines']): number {
  return lines[0]?.line ?? 0;
}

function lastOf(lines: HeaderGroup['lines']): number {
  return lines.at(-1)?.line ?? 0;
}
