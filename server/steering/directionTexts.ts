import { createHash } from 'node:crypto';
import type { Checkpoint, DirectionManifest } from '../models/model.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import type { Statistics } from '../work/job.ts';
import type { PlannedText } from './plan.ts';
import { isDense } from '../directions/terms.ts';
import { tool } from './provenance.ts';
import { nameFrom } from './whereItLoads.ts';

export interface StoredFacts {
  readonly record: Readonly<Record<string, unknown>>;
  readonly statistics: ReadonlyMap<number, Statistics>;
  readonly normItems: readonly number[];
  readonly strength: number;
  /** Absolute path of the folder. */
  readonly output: string;
}

/** `direction.json`, the manifest of a stored direction. */
export function directionTexts(
  { direction, base, layers }: ResolvedRecipe,
  { record, statistics, normItems, strength, output }: StoredFacts,
): readonly PlannedText[] {
  const norm = Math.abs(strength) * normOf(statistics, normItems);
  const manifest: DirectionManifest = {
    format: 'weight-steering-direction',
    version: 1,
    name: direction.name,
    base: base === undefined ? null : { reference: nameFrom(output, base), ...baseFacts(base) },
    recipe: record,
    norm: Number.isFinite(norm) ? norm : null,
    layers,
    complete: ![...direction.tensors.values()].some(({ terms }) => terms.some(isDense)),
    ...(direction.untied && { untied: true }),
    created: new Date().toISOString(),
    tool,
  };
  return [{ name: 'direction.json', text: `${JSON.stringify(manifest, null, 2)}\n` }];
}

/** ‖w‖ at strength 1 over all tensors. */
export function normOf(statistics: ReadonlyMap<number, Statistics>, items: readonly number[]): number {
  const squares = items.map((item) => {
    const { singularValues, movingSquares = 0 } = statistics.get(item) ?? {};
    return singularValues === undefined ? movingSquares : singularValues.reduce((sum, value) => sum + value * value, 0);
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

/** Of several files the hash of their hashes. */
function baseFacts({ files, tensors }: Checkpoint) {
  const hashes = files.map(({ headerSha256 }) => headerSha256);
  const [only = ''] = hashes;
  const headerSha256 = hashes.length === 1 ? only : createHash('sha256').update(hashes.join('\n')).digest('hex');
  return { tensors: tensors.size, headerSha256 };
}
