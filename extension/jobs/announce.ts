import { dirname } from 'node:path';
import type { Failure } from '#protocol/failure.ts';
import type { WriteResult } from '#protocol/results.ts';
import type { DType } from '#protocol/tensors.ts';
import { l10n } from 'vscode';
import type { Call } from '../call.ts';
import type { Milestone } from '../ids.ts';
import type { ShowFailure } from '../show.ts';
import type { Ui } from '../ui.ts';
import type { Job } from './job.ts';
import { failureText, fromFolder } from './jobText.ts';
import { resultText } from './resultText.ts';

export interface Announcing {
  readonly ui: Pick<Ui, 'ask' | 'reveal'>;
  readonly call: Call;
  readonly showFailure: ShowFailure;
  /** Whether the user sees the view *Jobs* at this moment. */
  readonly isWatched: () => boolean;
  readonly copyLoadCommand: (path: string) => void;
  readonly reach: (milestone: Milestone) => void;
  /** Does a job again in place of what exists. */
  readonly replace: (job: Job) => void;
}

/** Says what became of a job to a user who looks elsewhere; an output in the way is always asked about. */
export async function announce(job: Job, options: Announcing): Promise<void> {
  const { state } = job;
  if (state.kind === 'done') options.reach('write');
  if (state.kind === 'failed' && state.failure.code === 'output-exists') {
    return await askToReplace(job, state.failure, options);
  }
  if (options.isWatched()) return;
  if (state.kind === 'failed') options.showFailure(state.failure);
  if (state.kind === 'done') await tellResult(job, state.result, options);
}

async function askToReplace(job: Job, failure: Failure, { ui, replace }: Announcing): Promise<void> {
  const { subject } = failure;
  const message = failureText(failure, dirname(job.request.recipe));
  const [yes, reveal] = [l10n.t('Replace'), l10n.t('Reveal')];
  const chosen = await ui.ask('warning', message, subject === undefined ? [yes] : [yes, reveal]);
  if (chosen === yes) replace(job);
  if (chosen === reveal && subject !== undefined) await ui.reveal(subject);
}

async function tellResult(job: Job, result: WriteResult, options: Announcing): Promise<void> {
  const [first] = result.outputs;
  if (first === undefined) return;
  const dtype = first.rounding === null ? null : await dtypeOf(first.path, options.call);
  const folder = dirname(job.request.recipe);
  const wrote = resultText(result, { folder, dtype });
  const warnings = (result.warnings ?? []).map(({ message }) => fromFolder(message, folder));
  const [reveal, load] = [l10n.t('Reveal'), l10n.t('Copy Load Command')];
  const actions = first.format === 'direction' ? [reveal] : [reveal, load];
  const severity = warnings.length === 0 ? 'info' : 'warning';
  const chosen = await options.ui.ask(severity, [wrote, ...warnings].join(' '), actions);
  if (chosen === reveal) await options.ui.reveal(first.path);
  if (chosen === load) options.copyLoadCommand(first.path);
}

async function dtypeOf(path: string, call: Call): Promise<DType | null> {
  const [outcome] = await call('models/describe', { paths: [path] });
  return outcome?.ok === true && outcome.value.kind === 'checkpoint' ? outcome.value.dtype : null;
}
