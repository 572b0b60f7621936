import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import type { Job, JobState } from './job.ts';
import type { Jobs } from './jobs.ts';
import { jobDescription } from './jobText.ts';

/** The view *Jobs*: one row a job, with its progress in place. */
export class JobsTree implements vscode.TreeDataProvider<number> {
  readonly #jobs: Jobs;
  readonly #changed = new vscode.EventEmitter<number | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #listening: { dispose(): void };

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
    this.#listening = jobs.onDidChange((job) => this.#changed.fire(job?.id));
  }

  getChildren(id?: number): number[] {
    return id === undefined ? this.#jobs.all.map((job) => job.id).toReversed() : [];
  }

  getTreeItem(id: number): vscode.TreeItem {
    const job = this.#jobs.all.find((each) => each.id === id);
    return job === undefined ? new vscode.TreeItem('') : toItem(job);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

function toItem(job: Job): vscode.TreeItem {
  const { recipe } = job.request;
  const item = new vscode.TreeItem(basename(recipe));
  item.id = String(job.id);
  item.description = jobDescription(job);
  item.tooltip = `${basename(dirname(recipe))}/${basename(recipe)}\n${item.description}`;
  item.iconPath = icon(job.state);
  item.contextValue = `job-${job.state.kind}`;
  item.accessibilityInformation = { label: `${basename(recipe)}, ${item.description}` };
  if (job.state.kind === 'done') {
    const title = vscode.l10n.t('Reveal Output');
    item.command = { command: commandIds.revealJobOutput, title, arguments: [job.id] };
  }
  return item;
}

function icon({ kind }: JobState): vscode.ThemeIcon {
  switch (kind) {
    case 'waiting':
      return new vscode.ThemeIcon('watch');
    case 'running':
    case 'cancelling':
      return new vscode.ThemeIcon('sync~spin');
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
  }
}
