import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import type { Tools } from './tools.ts';

/** Throws `untrusted-workspace` in a window that does not trust its folders: there models are only looked at. */
export function requireTrust({ isTrusted }: Pick<Tools, 'isTrusted'>): void {
  if (isTrusted()) return;
  throw new RequestFailure({
    code: 'untrusted-workspace',
    message: l10n.t(
      'This window does not trust its folders: models can be looked at, and nothing is written.',
    ),
  });
}
