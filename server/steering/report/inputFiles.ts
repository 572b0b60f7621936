import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { identify } from '../../bytes/identity.ts';
import { readFailure } from '../../bytes/ioFailure.ts';
import { ServerError } from '../../errors.ts';
import type { WeightsFile } from '../../models/model.ts';
import type { Operand } from '../../recipes/resolvedRecipe.ts';

/** An input as `steering.json` records it: never an absolute path. */
export interface InputIdentity {
  readonly role: string;
  /** Hub id or folder name. */
  readonly model: string;
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly modified: string;
    readonly headerSha256: string;
    /** Of the whole file, up to 64 MB or where asked for. */
    readonly sha256?: string;
  }[];
}

/** What tells later whether an output was made from these very files. Reads files up to 64 MB, or all with `always`. */
export async function inputIdentities(
  operands: readonly Operand[],
  hash: 'small' | 'always',
  signal: AbortSignal,
): Promise<readonly InputIdentity[]> {
  const identities: InputIdentity[] = [];
  for (const { role, parts } of operands) {
    for (const { path, files, ...part } of parts) {
      const model = 'hubId' in part && part.hubId !== undefined ? part.hubId : basename(path);
      const known = [];
      for (const file of files) known.push(await identityOf(file, hash, signal));
      identities.push({ role, model, files: known });
    }
  }
  return identities;
}

async function identityOf(file: WeightsFile, hash: 'small' | 'always', signal: AbortSignal) {
  const { path, size, modifiedMilliseconds, headerSha256 } = file;
  const { sha256 } = await identify(path, { hash, signal });
  return {
    name: basename(path),
    size,
    modified: new Date(modifiedMilliseconds).toISOString(),
    headerSha256,
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** Every weights file of the operands, each once. */
export function filesOf(operands: readonly Operand[]): readonly WeightsFile[] {
  const all = operands.flatMap(({ parts }) => parts.flatMap(({ files }) => files));
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

/** A file that is not what it was when its header was read gave bytes that nobody can vouch for: `unreadable`. */
export async function refuseChanged(files: readonly WeightsFile[]): Promise<void> {
  for (const { path, size, modifiedMilliseconds } of files) {
    const now = await stat(path).catch((cause: unknown) => {
      throw readFailure(path, cause);
    });
    if (now.size === size && now.mtimeMs === modifiedMilliseconds) continue;
    const problem = `changed while it was read (${size} bytes then, ${now.size} now); nothing was written`;
    throw new ServerError('unreadable', path, problem);
  }
}
