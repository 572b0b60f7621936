import type { Outcome } from '#protocol/failure.ts';
import type { ModelSummary } from '#protocol/models.ts';
import * as vscode from 'vscode';
import { placeIcons } from '../discovery/place.ts';
import { nodeId, type ModelNode } from './nodes.ts';
import { summaryText, summaryTooltip } from './summaryText.ts';

/** A model's row: its name at once, its facts when they are known, a warning where they cannot be had. */
export function modelItem(node: ModelNode, known: Outcome<ModelSummary> | undefined): vscode.TreeItem {
  const collapsed = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    node.name,
    node.checkpoints.length > 0 ? collapsed.Collapsed : collapsed.None,
  );
  item.id = nodeId(node);
  item.tooltip = node.path;
  item.contextValue = node.model;
  item.iconPath = new vscode.ThemeIcon(placeIcons[node.model]);
  if (known?.ok === true) describe(item, known.value);
  if (known?.ok === false) {
    item.description = vscode.l10n.t('cannot be read');
    item.tooltip = known.failure.message;
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
  return item;
}

function describe(item: vscode.TreeItem, summary: ModelSummary): void {
  item.description = summaryText(summary);
  item.tooltip = summaryTooltip(summary);
  item.contextValue = summary.kind;
  item.iconPath = new vscode.ThemeIcon(placeIcons[summary.kind]);
}
