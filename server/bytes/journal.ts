import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { writeAtomically } from './atomicWrite.ts';
import { readFailure, systemCode } from './ioFailure.ts';

export const journalName = 'journal.json';

/** How far the work in a staging folder has come. What it says is finished was on the disk before it was said. */
export interface Journal {
  /** Hash of everything that determines the output's bytes. */
  readonly plan: string;
  readonly started: string;
  readonly finished: ReadonlySet<number>;
  /** Size by name of the files under way. */
  readonly files: ReadonlyMap<string, number>;
  /** JSON of the writer's own, such as statistics so far. */
  readonly payload: unknown;
}

/** The journal as stored: sets as ranges with both ends included. */
interface StoredJournal {
  readonly version: 1;
  readonly plan: string;
  readonly process: number;
  readonly host: string;
  readonly started: string;
  readonly finished: readonly (readonly [first: number, last: number])[];
  readonly files: readonly (readonly [name: string, size: number])[];
  readonly payload: unknown;
}

/** Undefined where there is none. One that cannot be understood is `output-conflict`: the folder may be somebody else's. */
export async function readJournal(folder: string): Promise<Journal | undefined> {
  const path = join(folder, journalName);
  try {
    const stored: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isStored(stored)) return toJournal(stored);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw readFailure(path, error);
  }
  const problem =
    'is not a journal that this version understands; delete its folder if nothing in it is needed';
  throw new ServerError('output-conflict', path, problem);
}

/** Replaces the journal: after a crash it is the old or the new one. */
export async function writeJournal(folder: string, journal: Journal): Promise<void> {
  const { plan, started, payload } = journal;
  const stored: StoredJournal = {
    version: 1,
    plan,
    process: process.pid,
    host: hostname(),
    started,
    finished: toRanges(journal.finished),
    files: [...journal.files],
    payload,
  };
  await writeAtomically(join(folder, journalName), JSON.stringify(stored));
}

function toJournal({ plan, started, finished, files, payload }: StoredJournal): Journal {
  return { plan, started, finished: fromRanges(finished), files: new Map(files), payload };
}

function toRanges(numbers: ReadonlySet<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].toSorted((before, after) => before - after)) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

function fromRanges(ranges: StoredJournal['finished']): Set<number> {
  const numbers = new Set<number>();
  for (const [first, last] of ranges) for (let number = first; number <= last; number++) numbers.add(number);
  return numbers;
}

const mostUnits = 2 ** 24;

function isStored(value: unknown): value is StoredJournal {
  if (typeof value !== 'object' || value === null) return false;
  const { version, plan, started, finished, files }: Partial<Record<keyof StoredJournal, unknown>> = value;
  const isHead = version === 1 && typeof plan === 'string' && typeof started === 'string';
  return isHead && isPairs(finished, isUnit, isUnit) && isPairs(files, isText, Number.isSafeInteger);
}

function isPairs(
  value: unknown,
  isFirst: (item: unknown) => boolean,
  isSecond: (item: unknown) => boolean,
): boolean {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && isFirst(pair[0]) && isSecond(pair[1]))
  );
}

function isUnit(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < mostUnits;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
