import type { Finding, FindingCode } from '#protocol/check.ts';
import type { ServerError } from '../errors.ts';
import { codes } from './codes.ts';

type More = Partial<Pick<Finding, 'tensor' | 'range' | 'related' | 'fix'>>;

/** A finding with the severity of its code; `message` does not name the file. */
export function finding(code: FindingCode, file: string, message: string, more: More = {}): Finding {
  return { severity: codes[code].severity, code, message, file, ...more };
}

/** What a reader threw, as a finding about the file that it threw about. */
export function findingOf(error: ServerError): Finding {
  const { subject, message, tensor } = error;
  const own = message.startsWith(`${subject}: `) ? message.slice(subject.length + 2) : message;
  const sentence = `${own.slice(0, 1).toUpperCase()}${own.slice(1)}.`;
  return finding(codeOf(error), subject, sentence, tensor === undefined ? {} : { tensor });
}

const codesOfFailures: Readonly<Partial<Record<ServerError['code'], FindingCode>>> = {
  'git-lfs-pointer': 'git-lfs-pointer',
  'file-not-found': 'missing-file',
  'too-large': 'too-large',
  'invalid-safetensors': 'invalid-safetensors',
  'invalid-index': 'invalid-index',
  'invalid-config': 'invalid-json',
  'unsupported-format': 'unsupported-format',
  'invalid-pickle': 'invalid-pickle',
  'unsafe-pickle': 'unsafe-pickle',
  'invalid-gguf': 'invalid-gguf',
  'unsupported-adapter': 'unsupported-adapter',
  'unsupported-dtype': 'unsupported-adapter',
  'invalid-adapter': 'invalid-adapter',
  'invalid-direction': 'invalid-direction',
  'unsupported-version': 'invalid-direction',
  'missing-tensor': 'stale-entry',
  'untrusted-workspace': 'unsupported-format',
};

function codeOf({ code }: ServerError): FindingCode {
  return codesOfFailures[code] ?? 'unreadable-file';
}

/** As many as are listed one by one; a message counts the rest. */
export const mostListed = 20;

/** `"a", "b" and 5 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
