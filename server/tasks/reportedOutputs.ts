import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import type { ReportedInput, ReportedOutput } from '../analysis/report/reportContent.ts';
import { ServerError } from '../errors.ts';
import { readJsonFile } from '../models/jsonFile.ts';
import { outputPaths } from '../recipes/outputPath.ts';
import { recipeRecord } from '../recipes/recipeRecord.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { provenanceName } from '../steering/report/provenance.ts';

const number = z.number().nullable();
const provenance = z.object({
  recipe: z.unknown(),
  inputs: z.array(
    z.object({ files: z.array(z.object({ headerSha256: z.string(), sha256: z.string().optional() })) }),
  ),
  output: z.object({
    strength: z.number(),
    format: z.string(),
    rank: number,
    tensors: z.object({ changed: z.number(), copied: z.number() }),
    rounding: z
      .object({
        requested: z.number(),
        realised: z.number(),
        cosine: number,
        projection: number,
        unmoved: number,
      })
      .nullable(),
  }),
});

/** What the recipe's outputs, those that are there, say of themselves. What cannot be read is left out. */
export async function reportedOutputs(
  resolved: ResolvedRecipe,
  inputs: readonly ReportedInput[],
  signal: AbortSignal,
): Promise<readonly ReportedOutput[]> {
  const { recipe, base } = resolved;
  if (recipe.output.path === undefined) return [];
  const named = base === undefined ? undefined : (base.hubId ?? basename(base.path));
  const found: ReportedOutput[] = [];
  for (const { path, strength } of outputPaths(recipe)) {
    const said = await readProvenance(join(path, provenanceName), signal);
    if (said === undefined) continue;
    const record = JSON.stringify(recipeRecord(recipe, { strength, base: named }));
    const isCurrent = JSON.stringify(said.recipe) === record && hashesOf(said.inputs) === hashesOf(inputs);
    found.push({ ...said.output, path: relative(recipe.folder, path), isCurrent });
  }
  return found;
}

async function readProvenance(path: string, signal: AbortSignal) {
  try {
    return provenance.safeParse(await readJsonFile(path, signal)).data;
  } catch (error) {
    if (error instanceof ServerError) return undefined; // Not there, or not ours.
    throw error;
  }
}

type Hashed = readonly {
  readonly files: readonly { readonly headerSha256: string; readonly sha256?: string | undefined }[];
}[];

function hashesOf(inputs: Hashed): string {
  return JSON.stringify(
    inputs.flatMap(({ files }) => files.map(({ headerSha256, sha256 }) => [headerSha256, sha256 ?? null])),
  );
}
