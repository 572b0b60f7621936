import type { Warning } from '#protocol/failure.ts';
import type { OutputFormat } from '#protocol/results.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Keys of `output` that say how a checkpoint is written, and mean nothing for factors, which are float32 in one file. */
export function idleKeys({ folder, output }: Recipe, format: OutputFormat): readonly Warning[] {
  const { dtype, rounding, maxShardSize } = output;
  const idle = [
    ...(dtype === 'source' || dtype === 'float32' ? [] : [`dtype: ${dtype}`]),
    ...(rounding === 'nearest' ? [] : [`rounding: ${rounding}`]),
    ...(maxShardSize === undefined ? [] : ['max_shard_size']),
  ];
  if (format === 'checkpoint' || idle.length === 0) return [];
  const message = `${idle.join(', ')}: this is for checkpoints; the ${format} is written in float32, in one piece.`;
  return [{ code: 'idle-key', message, file: folder }];
}
