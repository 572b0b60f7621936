import { readFile } from 'node:fs/promises';

/** What one suite came to. Failures and skips carry the test's whole name. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly Skip[];
}

export interface Skip {
  readonly name: string;
  /** Empty where the test's name says it already. */
  readonly reason: string;
}

/** What TallyReporter left behind. */
export function tallyOfVitest(json: string): Tally {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Our own reporter wrote it.
  return JSON.parse(json) as Tally;
}

interface MochaReport {
  readonly stats: { readonly passes: number };
  readonly failures: readonly { readonly fullTitle: string }[];
  readonly pending: readonly { readonly fullTitle: string }[];
}

/** Mocha's `json` report. A test skips itself without saying why, so its title has to. */
export function tallyOfMocha(json: string): Tally {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Mocha wrote it.
  const { stats, failures, pending } = JSON.parse(json) as MochaReport;
  return {
    passed: stats.passes,
    failed: failures.map(({ fullTitle }) => fullTitle),
    skipped: pending.map(({ fullTitle }) => ({ name: fullTitle, reason: '' })),
  };
}

/** What a run came to that ended with this status and should have left its results in a file. Without results it has failed. */
export async function tallyLeft(
  path: string,
  tallyOf: (json: string) => Tally,
  code: number | null,
): Promise<Tally> {
  const ending = code === null ? 'was killed' : `ended with ${code}`;
  const json = await readFile(path, 'utf8').catch(() => undefined);
  if (json === undefined) return failure(`${ending} and left no results; what it printed above says why`);
  const tally = parsed(json, tallyOf);
  if (tally === undefined) return failure(`${ending} and left results that cannot be read in ${path}`);
  return code === 0 || tally.failed.length > 0 ? tally : sum([tally, failure(ending)]);
}

function parsed(json: string, tallyOf: (json: string) => Tally): Tally | undefined {
  try {
    return tallyOf(json);
  } catch {
    return undefined; // It was killed while it wrote them.
  }
}

export function failure(name: string): Tally {
  return { passed: 0, failed: [name], skipped: [] };
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}
