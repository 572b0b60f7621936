import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import type { Group, Node } from './nodes.ts';

/** The rows that are no models: groups, folders, what is wrong, and what fills an empty group. */
export function plainItem(node: Exclude<Node, { kind: 'model' }>): vscode.TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node.group);
    case 'folder': {
      const item = new vscode.TreeItem(basename(node.path), vscode.TreeItemCollapsibleState.Collapsed);
      return Object.assign(item, {
        tooltip: node.path,
        contextValue: 'folder',
        iconPath: vscode.ThemeIcon.Folder,
      });
    }
    case 'problem': {
      const iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      return Object.assign(new vscode.TreeItem(node.message), { tooltip: node.message, iconPath });
    }
    case 'demo': {
      const title = vscode.l10n.t('Create Demo Workspace');
      const command = { command: commandIds.createDemoWorkspace, title };
      const tooltip = vscode.l10n.t(
        'No models in the open folders. A tiny family of them to try everything on.',
      );
      return Object.assign(new vscode.TreeItem(title), {
        command,
        tooltip,
        iconPath: new vscode.ThemeIcon('beaker'),
      });
    }
  }
}

function groupItem(group: Group): vscode.TreeItem {
  const names: Readonly<Record<Group, string>> = {
    workspace: vscode.l10n.t('Workspace'),
    hub: vscode.l10n.t('Hub cache'),
    added: vscode.l10n.t('Added folders'),
  };
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  return Object.assign(new vscode.TreeItem(names[group], group === 'hub' ? Collapsed : Expanded), {
    contextValue: `group-${group}`,
  });
}
