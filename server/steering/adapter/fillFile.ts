import { layOut } from '../../tensors/safetensorsWriter.ts';
import type { Filling } from './factorItems.ts';
import type { PlannedFile } from '../plan.ts';

/** One file that every output has. */
export interface FileOfAll {
  readonly name: string;
  /** Its number among the files of an output, and how many those are. */
  readonly file: number;
  readonly files: number;
  readonly strengths: readonly number[];
}

/** Lays the tensors out one after another, and lets each add the item that fills it in every output. */
export function fillFile(
  fillings: readonly Filling[],
  { name, file, files, strengths }: FileOfAll,
): PlannedFile {
  const { header, size, offsets } = layOut(name, fillings);
  for (const [index, { fill }] of fillings.entries()) {
    const offset = offsets[index] ?? 0;
    fill(strengths.map((strength, output) => ({ file: output * files + file, offset, strength })));
  }
  return { name, size, header };
}
