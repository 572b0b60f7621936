import type { Failure, Warning } from '#protocol/failure.ts';
import type { ErrorResult } from '#protocol/results.ts';
import { printable } from './printable.ts';
import type { ProgressTerminal } from './progressLine.ts';
import type { Answer } from './session.ts';

/** What the command line stands in. */
export interface Surroundings {
  /** The current folder, absolute. */
  readonly folder: string;
  /** Results are one JSON value each. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressTerminal;
}

/** Numbers that are not finite become null in JSON; in text, warnings go to `stderr`. */
export function printAnswer(
  { result, text }: Answer,
  warnings: readonly Warning[],
  { json, stdout, stderr }: Surroundings,
): void {
  if (json) {
    // A list has no place for them: they go to each of its items.
    const withWarnings = (value: object) => (warnings.length === 0 ? value : { ...value, warnings });
    const carried = Array.isArray(result) ? result.map(withWarnings) : withWarnings(result);
    stdout.write(`${JSON.stringify(carried)}\n`);
    return;
  }
  if (text !== '') stdout.write(`${printable(text)}\n`);
  for (const warning of warnings) stderr.write(`${printable(`warning: ${warning.message}`)}\n`);
}

export function printFailure(error: Failure, { json, stdout, stderr }: Surroundings): void {
  if (json) stdout.write(`${JSON.stringify({ error } satisfies ErrorResult)}\n`);
  else stderr.write(`${printable(error.code === 'cancelled' ? error.message : `error: ${error.message}`)}\n`);
}
