import { sep } from 'node:path';
import type { CheckResult, Finding } from '#protocol/check.ts';
import { shownPath } from '../shownPath.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** One workflow command for each finding, which GitHub shows at the file's line. Paths are from the current folder. */
export function checkGithub({ findings }: CheckResult, folder: string): string {
  return findings.map((finding) => command(finding, folder)).join('\n');
}

function command({ severity, code, message, file, range }: Finding, folder: string): string {
  const properties = {
    file: shownPath(file, folder).split(sep).join('/'),
    ...(range !== undefined && {
      line: range.start.line + 1,
      endLine: range.end.line + 1,
      col: range.start.character + 1,
      endColumn: range.end.character + 1,
    }),
    title: code,
  };
  const named = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${commands[severity]} ${named.join(',')}::${data(message)}`;
}

/** As @actions/core escapes what stands behind the second `::`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
