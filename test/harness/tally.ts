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

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}
