import * as vscode from 'vscode';
import { setMilestone } from '../contexts.ts';
import { commandIds } from '../ids.ts';
import type { Background } from '../inBackground.ts';
import { announce, type Announcing } from './announce.ts';
import type { Jobs } from './jobs.ts';

type Parts = Pick<Announcing, 'ui' | 'call' | 'showFailure' | 'isWatched'>;

/** Announces every job that ends from now on. */
export function announceJobs(jobs: Jobs, parts: Parts, background: Background): vscode.Disposable {
  const announcing: Announcing = {
    ...parts,
    copyLoadCommand: (path) => void vscode.commands.executeCommand(commandIds.copyLoadCommand, path),
    reach: setMilestone,
    replace: (job) => background(jobs.replace(job)),
  };
  return vscode.Disposable.from(jobs.onDidEnd((job) => background(announce(job, announcing))));
}
