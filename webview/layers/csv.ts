import type { TensorAnalysis } from '#protocol/results.ts';
import { csvField } from '#protocol/csvField.ts';

/** One column of the file: its heading and what it says of a tensor. */
type Field = readonly [heading: string, of: (tensor: TensorAnalysis) => string | number | null];

/** One line a tensor, in the order of the base, with all digits. RFC 4180; unknown numbers are empty. */
export function toCsv(tensors: readonly TensorAnalysis[], total: number | null): string {
  const fields = fieldsOf(total);
  const lines = [
    fields.map(([heading]) => heading),
    ...tensors.map((tensor) => fields.map(([, of]) => csvField(of(tensor)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function fieldsOf(total: number | null): readonly Field[] {
  return [
    ['name', ({ name }) => name],
    ['layer', ({ layer }) => layer],
    ['module', ({ module }) => module],
    ['group', ({ group }) => group],
    ['shape', ({ shape }) => shape.join('x')],
    ['norm', ({ norm }) => norm],
    ['base_norm', ({ baseNorm }) => baseNorm],
    ['relative_norm', ({ relativeNorm }) => relativeNorm],
    ['share', ({ norm }) => (norm === null || total === null || total === 0 ? null : norm ** 2 / total)],
    ['rank', ({ rank }) => rank],
    ['stable_rank', ({ stableRank }) => stableRank],
    ['effective_rank', ({ effectiveRank }) => effectiveRank],
  ];
}
