import type { Failure } from '#protocol/failure.ts';
import { toFailure } from '../errors.ts';
import { Warnings } from '../warnings.ts';
import { printAnswer, printFailure, type Surroundings } from './print.ts';
import { createProgressLine } from './progressLine.ts';
import type { Answer, Session } from './session.ts';

/** 0: done. 1: a check found what it looks for. 2: could not do it. 130: cancelled. */
export type ExitStatus = 0 | 1 | 2 | 130;

/** Does a command's work and prints its answer or its failure; nothing is thrown. */
export async function runSession(
  command: (session: Session) => Promise<Answer | undefined>,
  surroundings: Surroundings,
): Promise<ExitStatus> {
  const { folder, signal, stderr } = surroundings;
  const warnings = new Warnings();
  const line = createProgressLine(stderr);
  const kept: string[] = [];
  const onKept = (path: string) => void kept.push(path);
  const announce = (answer: Answer) => {
    line.clear();
    for (const warning of 'warnings' in answer.result ? (answer.result.warnings ?? []) : [])
      warnings.add(warning);
    printAnswer(answer, warnings.list(), surroundings);
  };
  try {
    const answer = await command({ folder, signal, warnings, report: line.report, announce, onKept });
    line.clear();
    if (answer !== undefined) announce(answer);
    return answer?.status ?? 0;
  } catch (error) {
    line.clear();
    const failure = toFailure(error, signal);
    if (failure.code === 'internal') stderr.write(`${stackOf(error)}\n`);
    printFailure(withKept(foretold(failure, warnings), kept), surroundings);
    return failure.code === 'cancelled' ? 130 : 2;
  }
}

/** A failure that a warning of the same code foretold has that warning's reasons too: where a base was looked for, say. */
function foretold(failure: Failure, warnings: Warnings): Failure {
  const reasons = warnings.list().filter(({ code }) => code === failure.code);
  return { ...failure, message: [failure, ...reasons].map(({ message }) => message).join('. ') };
}

function withKept(failure: Failure, kept: readonly string[]): Failure {
  if (kept.length === 0) return failure;
  const rest = `Unfinished work is kept in ${kept.join(', ')}: the same command goes on from there.`;
  return { ...failure, message: `${failure.message}${/[.!?]$/.test(failure.message) ? '' : '.'} ${rest}` };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
