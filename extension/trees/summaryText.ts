import { basename } from 'node:path';
import { bytes, grouped, parameters, percent, significant } from '#protocol/figures.ts';
import type { ModelSummary } from '#protocol/models.ts';
import { l10n } from 'vscode';

/** The few facts that stand beside a model's name: `Qwen2 · 494M · BF16`, `LoRA r 32 → base`. */
export function summaryText(summary: ModelSummary): string {
  switch (summary.kind) {
    case 'checkpoint':
      return joined(summary.architecture, parameters(summary.parameters), summary.dtype);
    case 'adapter':
      return towards(`LoRA r ${summary.rank}`, summary.base);
    case 'direction':
      return joined(
        towards(summary.description, summary.base),
        summary.rank === null ? null : l10n.t('rank {0}', summary.rank),
        summary.norm === null ? null : `‖w‖ ${significant(summary.norm)}`,
        summary.relativeNorm === null ? null : l10n.t('{0} of the base', percent(summary.relativeNorm)),
        dayOf(summary.created),
      );
    case 'run':
      return countText(summary.checkpoints.length);
  }
}

/** All that is known of a model, a line each. */
export function summaryTooltip(summary: ModelSummary): string {
  return [summary.path, summaryText(summary), ...detailsOf(summary)].join('\n');
}

function detailsOf(summary: ModelSummary): readonly string[] {
  switch (summary.kind) {
    case 'checkpoint':
      return [l10n.t('{0} parameters, {1}', grouped(summary.parameters), bytes(summary.bytes))];
    case 'adapter':
      return [
        l10n.t('{0} parameters, {1}', grouped(summary.parameters), bytes(summary.bytes)),
        ...(summary.base === null ? [] : [l10n.t('Base: {0}', summary.base)]),
        ...(summary.steps.length === 0 ? [] : [stepsText(summary.steps)]),
      ];
    case 'direction':
      return [
        l10n.t('Name: {0}', summary.name),
        bytes(summary.bytes),
        ...(summary.base === null ? [] : [l10n.t('Base: {0}', summary.base)]),
        l10n.t('Created: {0}', summary.created),
      ];
    case 'run':
      return [stepsText(summary.checkpoints.map(({ step }) => step))];
  }
}

/** `2026-11-24` of a moment; null where there is none. */
function dayOf(moment: string): string | null {
  return /^\d{4}-\d\d-\d\d/.exec(moment)?.[0] ?? null;
}

function countText(checkpoints: number): string {
  return checkpoints === 1 ? l10n.t('1 checkpoint') : l10n.t('{0} checkpoints', grouped(checkpoints));
}

function stepsText(steps: readonly number[]): string {
  return l10n.t('Checkpoints at steps {0}', steps.map(grouped).join(', '));
}

/** `LoRA r 32 → base`, or the one of the two that is known; else empty. */
function towards(text: string | null, base: string | null): string {
  return [text, base === null ? null : `→ ${shortName(base)}`].filter((part) => part !== null).join(' ');
}

function shortName(reference: string): string {
  return basename(reference.replaceAll('\\', '/'));
}

function joined(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}
