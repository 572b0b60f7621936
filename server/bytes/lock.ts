import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { isFull, systemCode } from './ioFailure.ts';
import { isAlive, processStart } from './liveProcess.ts';

/** Exclusive use of a folder until released. */
export interface Lock {
  release(): Promise<void>;
}

/** Who holds a folder; `process` is null when its holder has let go. */
interface Holder {
  readonly id: string;
  readonly process: number | null;
  readonly processStart: string | null;
  readonly host: string;
  readonly since: string;
}

/** Whether a name in a locked folder belongs to the lock. */
export function isLockName(name: string): boolean {
  return /^lock(?:-[0-9a-f]+)?(?:\.[0-9a-f]+)?$/.test(name);
}

/**
 * Takes a folder that nobody holds, whose holder has let go, or whose holder is dead. Each holder creates one file:
 * the first `lock`, the next `lock-<id of the one before>`. Files are created exclusively and never removed, so of
 * several that see the same dead holder only one can follow it, and nobody can follow a holder that was replaced.
 * Errors: `output-busy` names the living holder.
 */
export async function acquireLock(folder: string): Promise<Lock> {
  for (;;) {
    const { name, last } = await endOfChain(folder);
    if (last !== undefined && (await isHeld(last))) throw busy(folder, last);
    const holder = await thisProcess();
    if (await createExclusively(folder, name, holder)) return { release: () => release(folder, holder) };
  }
}

async function endOfChain(folder: string): Promise<{ readonly name: string; readonly last?: Holder }> {
  let last: Holder | undefined;
  for (let name = 'lock'; ; name = `lock-${last.id}`) {
    const next = await readHolder(join(folder, name));
    if (next === undefined) return last === undefined ? { name } : { name, last };
    last = next;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isHolder(value)) return value;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ServerError(
    'output-busy',
    path,
    'is not a lock that can be read; delete its folder if nothing writes there',
  );
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { id, process, processStart, host }: Partial<Record<keyof Holder, unknown>> = value;
  const isProcess = process === null || Number.isSafeInteger(process);
  const isStart = processStart === null || typeof processStart === 'string';
  return typeof id === 'string' && /^[0-9a-f]+$/.test(id) && isProcess && isStart && typeof host === 'string';
}

async function isHeld(holder: Holder): Promise<boolean> {
  if (holder.process === null) return false;
  if (holder.host !== hostname()) return true;
  return await isAlive(holder.process, holder.processStart);
}

async function thisProcess(): Promise<Holder> {
  return {
    id: randomBytes(8).toString('hex'),
    process: process.pid,
    processStart: await processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
}

/** A link appears with its contents or not at all. File systems without links get a file that is briefly empty. */
async function createExclusively(folder: string, name: string, holder: Holder): Promise<boolean> {
  const text = `${JSON.stringify(holder)}\n`;
  const temporary = join(folder, `${name}.${holder.id}`);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await link(temporary, join(folder, name)).catch(async (error: unknown) => {
      if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
      await writeFile(join(folder, name), text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The folder may be gone by now: its work was finished. On a full disk the lock stays, and goes with this process.
 */
async function release(folder: string, holder: Holder): Promise<void> {
  const nobody = { ...holder, id: randomBytes(8).toString('hex'), process: null };
  await createExclusively(folder, `lock-${holder.id}`, nobody).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT' && !isFull(error)) throw error;
  });
}

function busy(folder: string, { process: id, host, since }: Holder): ServerError {
  const where = host === hostname() ? 'on this machine' : `on ${host}, which cannot be asked from here`;
  const problem = `is being written by process ${id} ${where} since ${since}; wait for it, or delete the folder if it is not`;
  return new ServerError('output-busy', folder, problem);
}
