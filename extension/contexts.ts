import * as vscode from 'vscode';
import { type Milestone, milestones } from './ids.ts';

/** Sets a context key for the `when` clauses of package.json. */
export function setContext(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

/** Marks a step of the walkthrough as done. */
export function setMilestone(milestone: Milestone): void {
  setContext(milestones[milestone], true);
}
