import { basename, dirname, sep } from 'node:path';
import type { Failure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { type Job, shareDone } from './job.ts';
import { shownFrom } from './resultText.ts';

/** How far a job is or what became of it, in a few words. */
export function jobDescription(job: Job): string {
  const { state } = job;
  switch (state.kind) {
    case 'waiting':
      return l10n.t('waiting');
    case 'running':
      return wholePercent(shareDone([job]) ?? 0);
    case 'cancelling':
      return l10n.t('cancelling');
    case 'done':
      return state.result.outputs.map(({ path }) => basename(path)).join(', ');
    case 'failed':
      return failureText(state.failure, dirname(job.request.recipe));
    case 'cancelled':
      return l10n.t('cancelled; run it again to go on');
  }
}

/** Why a job failed, with paths as seen from its recipe's folder. */
export function failureText({ code, message, subject }: Failure, folder: string): string {
  return code === 'output-exists' && subject !== undefined
    ? l10n.t('{0} exists already.', shownFrom(folder, subject))
    : fromFolder(message, folder);
}

/** A sentence with paths as seen from a folder. */
export function fromFolder(sentence: string, folder: string): string {
  return sentence.replaceAll(folder + sep, '');
}

/** `Steering 41 %` while jobs run; undefined when none does. */
export function statusText(unfinished: readonly Job[]): string | undefined {
  if (unfinished.length === 0) return undefined;
  const share = shareDone(unfinished);
  return share === null ? l10n.t('Steering') : l10n.t('Steering {0}', wholePercent(share));
}

/** Whole, and 100 % only when it is done. */
function wholePercent(share: number): string {
  return `${Math.floor(100 * Math.min(1, share))} %`;
}
