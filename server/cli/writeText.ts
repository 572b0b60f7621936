import type { DryRunResult, PlannedOutput, RoundingReport, WrittenOutput } from '#protocol/results.ts';
import { bytes, counted, duration, percent, significant } from './numbers.ts';
import { shownPath } from './shownPath.ts';
import { table } from './table.ts';

/** What was written, and what rounding did to it: `requested` against `realised`. */
export function writtenText(output: WrittenOutput, folder: string): string {
  const { rounding, bytesRead, bytesWritten, seconds, device } = output;
  const facts = [
    ...(rounding === null ? [] : roundingLines(rounding)),
    `${bytes(bytesRead)} read, ${bytes(bytesWritten)} written in ${duration(seconds)}.`,
    ...(device === undefined ? [] : [`Device: ${device}`]),
  ];
  return [
    `Wrote ${shownPath(output.path, folder)}: ${whatItIs(output)}`,
    ...facts.map((fact) => `  ${fact}`),
  ].join('\n');
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
  const kind = format === 'adapter' ? 'an adapter' : 'a direction';
  const ofRank = rank === null ? '' : ` of rank ${rank}`;
  return `${atStrength}, ${kind}${ofRank} on ${counted(changed, 'tensor')}. Nothing was rounded away: its factors are float32.`;
}

function roundingLines({ requested, realised, cosine, unmoved }: RoundingReport): readonly string[] {
  if (requested === 0) return ['Nothing was requested: the strength or the direction is zero.'];
  const angle = cosine === null ? significant(cosine) : cosine.toFixed(4);
  return [
    `Norm of the requested change ${significant(requested)}, of the realised one ${significant(realised)}; cosine ${angle}.`,
    `${percent(unmoved)} of the elements with a requested change did not move.`,
  ];
}

/** The plan as a table, and what it takes. */
export function dryRunText({ outputs, peakMemory, freeDisk }: DryRunResult, folder: string): string {
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
  return `${table(columns, rows)}\n\n${takes}`;
}

function plannedCells(
  { path, strength, format, rank, tensors, bytesWritten }: PlannedOutput,
  folder: string,
) {
  const { changed, copied } = tensors;
  const numbers = [rank === null ? '–' : String(rank), String(changed), String(copied), bytes(bytesWritten)];
  return [shownPath(path, folder), String(strength), format, ...numbers];
}
