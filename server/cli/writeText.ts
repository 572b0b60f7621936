import { bytes } from '#protocol/figures.ts';
import type {
  DryRunResult,
  PlannedOutput,
  RoundingReport,
  WriteResult,
  WrittenOutput,
} from '#protocol/results.ts';
import { counted, duration, percent, significant } from '../numbers.ts';
import { shownPath } from '../shownPath.ts';
import { reductionLines } from './reductionLines.ts';
import { table } from './table.ts';

/** What was written and what rounding did to it, `hints` below each output; then what all of it took. */
export function writtenText(
  { outputs, ...reductions }: WriteResult,
  {
    folder,
    hints,
  }: { readonly folder: string; readonly hints: (output: WrittenOutput) => readonly string[] },
): string {
  const parts = outputs.flatMap((output) => {
    const details = [...(output.rounding === null ? [] : roundingLines(output.rounding)), ...hints(output)];
    return [
      `Wrote ${shownPath(output.path, folder)}: ${whatItIs(output)}`,
      ...details.map((line) => `  ${line}`),
    ];
  });
  return [...parts, ...reductionLines(reductions), ...cost(outputs)].join('\n');
}

/** All outputs come from one read, in one time, by one device. */
function cost(outputs: readonly WrittenOutput[]): readonly string[] {
  const [first] = outputs;
  if (first === undefined) return [];
  const { bytesRead, seconds, device } = first;
  const written = outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const took = `${bytes(bytesRead)} read, ${bytes(written)} written in ${duration(seconds)}.`;
  return device === undefined ? [took] : [took, `Device: ${device}`];
}

/** A sentence, such as `168 of 290 tensors changed; rounding keeps 99.8 % of the requested change.` */
function whatItIs({ format, rank, strength, tensors: { changed, copied }, rounding }: WrittenOutput): string {
  const atStrength = `strength ${strength}`;
  if (format === 'checkpoint') {
    const kept =
      rounding === null || rounding.projection === null
        ? ''
        : `; rounding keeps ${percent(rounding.projection)} of the requested change`;
    return `${atStrength}, ${changed} of ${counted(changed + copied, 'tensor')} changed${kept}.`;
  }
  const kind = { adapter: 'an adapter', 'gguf-adapter': 'a GGUF adapter', direction: 'a direction' }[format];
  const ofRank = rank === null ? '' : ` of rank ${rank}`;
  return `${atStrength}, ${kind}${ofRank} on ${counted(changed, 'tensor')}. Nothing was rounded away: its factors are float32.`;
}

function roundingLines(report: RoundingReport): readonly string[] {
  const { requested, realised, cosine, unmoved, overflowed } = report;
  if (requested === 0 && overflowed > 0)
    return [`Nothing is left of the requested change: all of it is beyond the output's dtype.`];
  if (requested === 0) return ['Nothing was requested: the strength or the direction is zero.'];
  const angle = cosine === null ? significant(cosine) : cosine.toFixed(4);
  return [
    `Norm of the requested change ${significant(requested)}, of the realised one ${significant(realised)}; cosine ${angle}.`,
    `${percent(unmoved)} of the elements with a requested change did not move.`,
  ];
}

/** The plan as a table, and what it takes. */
export function dryRunText(
  { outputs, peakMemory, freeDisk, ...reductions }: DryRunResult,
  folder: string,
): string {
  const rows = outputs.map((output) => plannedCells(output, folder));
  const columns = [
    { heading: 'would write' },
    { heading: 'strength', align: 'right' },
    { heading: 'format' },
    { heading: 'rank', align: 'right' },
    { heading: 'changed', align: 'right' },
    { heading: 'copied', align: 'right' },
    { heading: 'size', align: 'right' },
  ] as const;
  const size = outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const read = outputs[0]?.bytesRead ?? 0;
  const takes = `Reads ${bytes(read)}, writes ${bytes(size)} of ${bytes(freeDisk)} free; takes about ${bytes(peakMemory)} of memory.`;
  return [table(columns, rows), '', ...reductionLines(reductions), takes].join('\n');
}

function plannedCells(
  { path, strength, format, rank, tensors, bytesWritten }: PlannedOutput,
  folder: string,
) {
  const { changed, copied } = tensors;
  const numbers = [rank === null ? '–' : String(rank), String(changed), String(copied), bytes(bytesWritten)];
  return [shownPath(path, folder), String(strength), format, ...numbers];
}
