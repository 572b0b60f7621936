import { basename, dirname } from 'node:path';
import { bytes, grouped } from '#protocol/figures.ts';
import type { Warning } from '#protocol/failure.ts';
import type { DryRunResult, OutputFormat, PlannedOutput } from '#protocol/results.ts';
import { l10n } from 'vscode';
import { fromFolder } from '../jobs/jobText.ts';
import { shownFrom } from '../jobs/resultText.ts';

/** A dry run as a page: the outputs, then what they take, from one read for all of them. */
export function dryRunText(recipe: string, result: DryRunResult): string {
  const written = result.outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const warnings = (result.warnings ?? []).map((warning) => `  ${warningText(warning, dirname(recipe))}`);
  return [
    l10n.t('Dry run of {0}', basename(recipe)),
    '',
    ...result.outputs.flatMap((output) => outputLines(output, dirname(recipe))),
    l10n.t(
      'Reads {0}, writes {1} of {2} free; takes about {3} of memory.',
      bytes(result.outputs[0]?.bytesRead ?? 0),
      bytes(written),
      bytes(result.freeDisk),
      bytes(result.peakMemory),
    ),
    ...(warnings.length === 0 ? [] : ['', l10n.t('Warnings'), ...warnings]),
    '',
  ].join('\n');
}

function outputLines(output: PlannedOutput, folder: string): readonly string[] {
  const { path, strength, format, rank, tensors, bytesWritten } = output;
  const kind = rank === null ? formatText(format) : l10n.t('{0} of rank {1}', formatText(format), rank);
  return [
    shownFrom(folder, path),
    `  ${l10n.t('strength {0}, {1}, {2}', grouped(strength), kind, bytes(bytesWritten))}`,
    `  ${l10n.t('{0} tensors changed, {1} copied', grouped(tensors.changed), grouped(tensors.copied))}`,
    '',
  ];
}

/** Where something is in the way, the editor asks, and the command line has an option for it. */
function warningText({ code, message, file }: Warning, folder: string): string {
  return code === 'output-exists' && file !== undefined
    ? l10n.t('{0} exists already: Write asks before it replaces it.', shownFrom(folder, file))
    : fromFolder(message, folder);
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
