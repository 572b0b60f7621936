import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, RelatedPlace, Severity } from '#protocol/check.ts';
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
} from 'vscode-languageserver/node';

/** Shown beside the code of every diagnostic. */
const source = 'Weight Steering';

export const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

export const diagnosticSeverities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} satisfies Record<Severity, DiagnosticSeverity>;

/** A finding as a document shows it; one about another file, such as the weights, stands at the top and names that. */
export function toDiagnostic(finding: Finding, path: string): Diagnostic {
  const { severity, code, message, file, range = top, related = [] } = finding;
  const isOwn = file === path;
  const others = isOwn ? related : [{ file, message: 'The file that this is about.' }, ...related];
  return {
    range: isOwn ? range : top,
    severity: diagnosticSeverities[severity],
    code,
    source,
    message: isOwn ? message : `${basename(file)}: ${message}`,
    ...(others.length > 0 && { relatedInformation: others.map(toRelated) }),
  };
}

export function toRelated({ file, message, range = top }: RelatedPlace): DiagnosticRelatedInformation {
  return { location: { uri: pathToFileURL(file).href, range }, message };
}
