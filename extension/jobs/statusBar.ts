import * as vscode from 'vscode';
import { viewIds } from '../ids.ts';
import type { Jobs } from './jobs.ts';
import { statusText } from './jobText.ts';

/** Shows in the status bar how far the jobs are, while there are any; a click opens *Jobs*. */
export function showJobsInStatusBar(jobs: Jobs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(viewIds.jobs, vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Weight Steering Jobs');
  item.command = `${viewIds.jobs}.focus`;
  const update = () => {
    const text = statusText(jobs.unfinished);
    if (text === undefined) return item.hide();
    item.text = `$(sync~spin) ${text}`;
    item.tooltip = vscode.l10n.t('Show the jobs of Weight Steering');
    item.show();
  };
  return vscode.Disposable.from(item, jobs.onDidChange(update));
}
