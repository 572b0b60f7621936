import * as vscode from 'vscode';
import { setContext } from './contexts.ts';
import { contextKeys, viewIds } from './ids.ts';
import { hasEnded } from './jobs/job.ts';
import type { Jobs } from './jobs/jobs.ts';
import { JobsTree } from './jobs/jobsTree.ts';
import { showJobsInStatusBar } from './jobs/statusBar.ts';
import { Descriptions } from './trees/descriptions.ts';
import { DirectionsTree } from './trees/directionsTree.ts';
import { ModelsTree, type ModelsTreeParts } from './trees/modelsTree.ts';

export interface Views extends vscode.Disposable {
  /** Whether the user sees the jobs at this moment. */
  readonly areJobsWatched: () => boolean;
  /** The settings have changed. */
  readonly refresh: () => void;
}

/** The three views of the container, and the jobs in the status bar. */
export function createViews(parts: Omit<ModelsTreeParts, 'descriptions'> & { readonly jobs: Jobs }): Views {
  const { models, jobs, call } = parts;
  const descriptions = new Descriptions(call);
  const outdating = models.onDidChange(() => descriptions.outdate());
  const modelsTree = new ModelsTree({ ...parts, descriptions });
  const directionsTree = new DirectionsTree(models, descriptions);
  const jobsTree = new JobsTree(jobs);
  const options = { canSelectMany: true, showCollapseAll: true };
  const modelsView = vscode.window.createTreeView(viewIds.models, {
    ...options,
    treeDataProvider: modelsTree,
  });
  const directionsView = vscode.window.createTreeView(viewIds.directions, {
    canSelectMany: true,
    treeDataProvider: directionsTree,
  });
  const jobsView = vscode.window.createTreeView(viewIds.jobs, { treeDataProvider: jobsTree });
  const trees = [modelsTree, directionsTree, jobsTree, descriptions, outdating];
  const all = [
    ...trees,
    modelsView,
    directionsView,
    jobsView,
    showJobsInStatusBar(jobs),
    showWork(jobs, jobsView),
  ];
  return {
    areJobsWatched: () => jobsView.visible && vscode.window.state.focused,
    refresh: () => modelsTree.refresh(),
    dispose: () => vscode.Disposable.from(...all).dispose(),
  };
}

/** The view's badge and bar while jobs run, and the key for its menu. */
function showWork(jobs: Jobs, view: vscode.TreeView<number>): vscode.Disposable {
  let finish: (() => void) | undefined;
  const update = () => {
    const value = jobs.unfinished.length;
    const tooltip = vscode.l10n.t('Jobs: {0}', value);
    view.badge = value === 0 ? undefined : { value, tooltip };
    const hasFinished = jobs.all.some(({ state }) => hasEnded(state));
    setContext(contextKeys.hasFinishedJobs, hasFinished);
    if (value > 0 && finish === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      finish = resolve;
      void vscode.window.withProgress({ location: { viewId: viewIds.jobs } }, () => promise);
    }
    if (value === 0) {
      finish?.();
      finish = undefined;
    }
  };
  return vscode.Disposable.from(jobs.onDidChange(update));
}
