import { finite } from '../report/figures.ts';
import type { DirectionManifest } from '../../models/model.ts';
import { headerHash } from '../../models/headerHash.ts';
import type { ResolvedRecipe } from '../../recipes/resolvedRecipe.ts';
import type { Statistics } from '../../work/job.ts';
import { hasDense } from '../../directions/terms.ts';
import type { Plan, PlannedText } from '../plan.ts';
import { tool } from '../report/provenance.ts';
import { nameFrom } from '../adapter/whereItLoads.ts';

export interface StoredFacts {
  readonly record: Readonly<Record<string, unknown>>;
  readonly statistics: ReadonlyMap<number, Statistics>;
  readonly plan: Pick<Plan, 'direction' | 'outputs'>;
  readonly strength: number;
  /** Absolute path of the folder. */
  readonly output: string;
}

/** `direction.json`, the manifest of a stored direction. */
export function directionTexts(
  { direction, base, layers, tied }: ResolvedRecipe,
  { record, statistics, plan, strength, output }: StoredFacts,
): readonly PlannedText[] {
  const norm = Math.abs(strength) * normOf(statistics, plan);
  const manifest: DirectionManifest = {
    format: 'weight-steering-direction',
    version: 1,
    name: direction.name,
    base:
      base === undefined
        ? null
        : { reference: nameFrom(output, base), tensors: base.tensors.size, headerSha256: headerHash(base) },
    recipe: record,
    norm: finite(norm),
    layers,
    complete: !hasDense(direction),
    ...(direction.untied && { untied: true }),
    ...(base !== undefined && { tied: tied ?? null }),
    created: new Date().toISOString(),
    tool,
  };
  return [{ name: 'direction.json', text: `${JSON.stringify(manifest, null, 2)}\n` }];
}

/** ‖w‖ at strength 1 over all tensors. */
export function normOf(
  statistics: ReadonlyMap<number, Statistics>,
  { direction, outputs }: Pick<Plan, 'direction' | 'outputs'>,
): number {
  const strengths = outputs.map(({ strength }) => strength);
  const found = (direction?.normItems ?? []).flatMap((item) => statistics.get(item) ?? []);
  return Math.sqrt(found.reduce((sum, one) => sum + squaresOf(one, strengths), 0));
}

/** What is written is measured by what was requested of it, at the strength that is farthest from 0. */
function squaresOf(
  { singularValues, movingSquares, places }: Statistics,
  strengths: readonly number[],
): number {
  if (singularValues !== undefined) return singularValues.reduce((sum, value) => sum + value * value, 0);
  if (places.length === 0) return movingSquares;
  const magnitudes = strengths.map(Math.abs);
  const largest = Math.max(...magnitudes);
  const { requestedSquares = 0 } = places[magnitudes.indexOf(largest)] ?? {};
  return largest === 0 ? 0 : requestedSquares / largest ** 2;
}
