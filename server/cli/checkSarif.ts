import { sep } from 'node:path';
import type { CheckResult, Finding, RelatedPlace, TextRange } from '#protocol/check.ts';
import { version } from '#protocol/version.ts';
import { codes } from '../check/codes.ts';
import { shownPath } from '../shownPath.ts';
import { jsonText } from './jsonText.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A SARIF 2.1.0 log, for code scanning. Paths are from the current folder, `%SRCROOT%`. */
export function checkSarif({ findings }: CheckResult, folder: string): string {
  const used = [...new Set(findings.map(({ code }) => code))].toSorted();
  const driver = {
    name: 'Weight Steering',
    semanticVersion: version,
    rules: used.map((code) => ({
      id: code,
      shortDescription: { text: codes[code].meaning },
      defaultConfiguration: { level: levels[codes[code].severity] },
    })),
  };
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding, used.indexOf(finding.code), folder)),
      },
    ],
  });
}

function toResult(finding: Finding, ruleIndex: number, folder: string) {
  const { code, severity, message, tensor, related = [] } = finding;
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        ...physical(finding, folder),
        ...(tensor !== undefined && { logicalLocations: [{ fullyQualifiedName: tensor, kind: 'member' }] }),
      },
    ],
    ...(related.length > 0 && {
      relatedLocations: related.map((place) => ({
        ...physical(place, folder),
        message: { text: place.message },
      })),
    }),
  };
}

function physical({ file, range }: Pick<RelatedPlace, 'file' | 'range'>, folder: string) {
  return {
    physicalLocation: {
      artifactLocation: artifact(shownPath(file, folder)),
      ...(range !== undefined && { region: region(range) }),
    },
  };
}

/** A path below the current folder is relative to it; another is a `file:` address. */
function artifact(path: string) {
  const uri = path.split(sep).map(encodeURIComponent).join('/');
  const isBelow = path !== '' && !/^(?:[/\\]|[A-Za-z]:)/.test(path);
  return isBelow
    ? { uri, uriBaseId: '%SRCROOT%' }
    : { uri: `file://${uri.startsWith('/') ? '' : '/'}${uri}` };
}

function region({ start, end }: TextRange) {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
