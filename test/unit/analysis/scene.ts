import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { CompareResult } from '#protocol/results.ts';
import { analyze, type AnalyzeOptions } from '../../../server/analysis/analyze.ts';
import { compare } from '../../../server/analysis/compare.ts';
import { createFineTune, type FineTune } from '../../../server/directions/fineTune.ts';
import { matchAdapter } from '../../../server/models/matchAdapter.ts';
import { openModel } from '../../../server/models/openModel.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { resolveRecipe } from '../../../server/recipes/resolveRecipe.ts';
import { Warnings } from '../../../server/warnings.ts';
import type { Work } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { type TensorSpec, safetensors } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();

/** A folder of models for the tests of a file, and analyses in it with the engine on this thread. */
export function scene() {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let engine: Work | undefined;
  beforeAll(async () => {
    folder = await temporaryFolder();
    process.env['WEIGHT_STEERING_CACHE'] = join(folder.path, 'cache');
    engine = await createWork({ device: 'cpu', threads: 0 });
  });
  afterAll(async () => {
    delete process.env['WEIGHT_STEERING_CACHE'];
    await engine?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  const work = async () => started(engine);
  const at = (name: string) => join(started(folder).path, name);

  return {
    at,
    open,
    /** A weights file by itself. */
    file(name: string, tensors: TensorSpec): string {
      writeFileSync(at(name), safetensors(tensors));
      return at(name);
    },
    /** Analyses the direction of a recipe: a file, or an object with models named relative to the folder. */
    async analyze(recipe: string | object, options: Pick<AnalyzeOptions, 'spectra' | 'onTensor'> = {}) {
      const path = typeof recipe === 'string' ? recipe : at('analyzed.steer.yaml');
      if (typeof recipe !== 'string') writeFileSync(path, JSON.stringify(recipe));
      const warnings = new Warnings();
      const resolved = await resolveRecipe(await readRecipe(path), { signal, warnings });
      const result = await analyze(resolved, { work: await work(), signal, warnings, ...options });
      return { result, warnings: warnings.list(), resolved };
    },
    async withAdapter(base: string, adapter: string): Promise<FineTune> {
      const [checkpoint, factors] = [await open(base), await open(adapter)];
      if (checkpoint.kind !== 'checkpoint' || factors.kind !== 'adapter')
        throw new Error('These are others.');
      const path = factors.path;
      return createFineTune({ label: path, path, checkpoint, adapter: matchAdapter(factors, checkpoint) });
    },
    async compare(
      a: string | FineTune,
      b: string | FineTune,
      values: boolean,
    ): Promise<CompareResult & { codes: string[] }> {
      const warnings = new Warnings();
      const [before, after] = [await opened(a), await opened(b)];
      const result = await compare(before, after, { values, work, signal, warnings });
      return { ...result, codes: warnings.list().map(({ code }) => code) };
    },
  };
}

async function opened(model: string | FineTune) {
  return typeof model === 'string' ? await open(model) : model;
}

function open(path: string) {
  return openModel(path, { reference: path, signal });
}

function started<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('The tests of this file have not begun.');
  return thing;
}
