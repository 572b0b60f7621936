import type { RemovalReport, RemovedDirection, TruncationReport } from '#protocol/rollups.ts';
import { counted, percent, significant } from '../numbers.ts';

interface Reductions {
  readonly removal?: readonly RemovalReport[] | undefined;
  readonly truncation?: readonly TruncationReport[] | undefined;
}

/** What `remove` took out of directions, then what `rank` and `energy` have left out. */
export function reductionLines({ removal = [], truncation = [] }: Reductions): readonly string[] {
  return [
    ...removal.flatMap(({ name, share, removed }) => [
      ...removed.map((one) => removedLine(name, one)),
      `That took ${percent(share)} of ‖w‖² out of ${name}.`,
    ]),
    ...truncation.map(
      ({ name, rank, relativeError }) =>
        `${name} is cut to rank ${rank ?? 'unknown'} at most, which leaves out ${percent(relativeError)} of its norm.`,
    ),
  ];
}

function removedLine(name: string, removed: RemovedDirection): string {
  const { direction, per, cosineBefore, cosineAfter, coefficient, tensors } = removed;
  const how = per === 'tensor' ? 'tensor by tensor' : `${significant(coefficient)} times`;
  const cosines = `cosine ${significant(cosineBefore)} before, ${significant(cosineAfter)} after`;
  const others = otherTensors(removed);
  return `${direction} is projected out of ${name}, ${how} on ${counted(tensors, 'tensor')}: ${cosines}.${others}`;
}

function otherTensors({ untouched, leftOut }: RemovedDirection): string {
  const kept = untouched === 0 ? [] : [`${counted(untouched, 'tensor')} that it does not move stay`];
  const out = leftOut === 0 ? [] : [`${counted(leftOut, 'tensor')} that it alone moves are left out`];
  return kept.length + out.length === 0 ? '' : ` ${[...kept, ...out].join('; ')}.`;
}
