import { basename, dirname } from 'node:path';
import type { DryRunResult, OutputFormat, PlannedOutput } from '#protocol/results.ts';
import { l10n } from 'vscode';
import { bytes, grouped, strengthText } from '../figures.ts';
import { shownFrom } from '../jobs/resultText.ts';

/** A dry run as a page of Markdown: the outputs, then what they take. */
export function dryRunText(recipe: string, result: DryRunResult): string {
  const written = result.outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const warnings = (result.warnings ?? []).map(({ message }) => `- ${message}`);
  return [
    l10n.t('# Dry run of {0}', basename(recipe)),
    '',
    ...result.outputs.flatMap((output) => outputLines(output, dirname(recipe))),
    l10n.t(
      'Writes {0} in all, of {1} free. Takes at most {2} of memory.',
      bytes(written),
      bytes(result.freeDisk),
      bytes(result.peakMemory),
    ),
    ...(warnings.length === 0 ? [] : ['', l10n.t('## Warnings'), '', ...warnings]),
    '',
  ].join('\n');
}

function outputLines(output: PlannedOutput, folder: string): readonly string[] {
  const { path, strength, format, rank, tensors, bytesRead, bytesWritten } = output;
  const kind = rank === null ? formatText(format) : l10n.t('{0} of rank {1}', formatText(format), rank);
  return [
    `## ${shownFrom(folder, path)}`,
    '',
    l10n.t('- Strength {0}, {1}', strengthText(strength), kind),
    l10n.t('- {0} tensors changed, {1} copied', grouped(tensors.changed), grouped(tensors.copied)),
    l10n.t('- Reads {0}, writes {1}', bytes(bytesRead), bytes(bytesWritten)),
    '',
  ];
}

function formatText(format: OutputFormat): string {
  switch (format) {
    case 'checkpoint':
      return l10n.t('checkpoint');
    case 'adapter':
      return l10n.t('adapter');
    case 'gguf-adapter':
      return l10n.t('GGUF adapter');
    case 'direction':
      return l10n.t('direction');
  }
}
