import { stat, writeFile } from 'node:fs/promises';
import { copyFile } from '../../bytes/copyFile.ts';
import { writing } from '../../bytes/ioFailure.ts';
import type { Staging } from '../../bytes/staging.ts';
import type { OutputPlan, PlannedText } from '../plan.ts';

/** Puts everything beside the weights: what was planned, and what only the work could tell. */
export async function finishOutput(
  staging: Staging,
  { texts, copies }: Pick<OutputPlan, 'texts' | 'copies'>,
  told: readonly PlannedText[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name, from } of copies) {
    signal.throwIfAborted();
    const path = await staging.create(name, (await stat(from)).size);
    await copyFile(from, path, signal);
  }
  for (const { name, text } of [...texts, ...told]) {
    const path = await staging.create(name, Buffer.byteLength(text));
    await writing(path, () => writeFile(path, text));
  }
}
