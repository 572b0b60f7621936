import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { resolveRecipe } from '../../../server/recipes/resolveRecipe.ts';
import { dryRun } from '../../../server/steering/dryRun.ts';
import { storeDirection } from '../../../server/steering/storeDirection.ts';
import { writeSteered } from '../../../server/steering/writeSteered.ts';
import { Warnings } from '../../../server/warnings.ts';
import type { Work } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

export interface Written {
  readonly strengths?: readonly number[];
  readonly format?: 'auto' | 'adapter' | 'gguf-adapter' | 'checkpoint' | 'direction';
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Of the outputs; default: new ones. */
  readonly paths?: readonly string[];
  readonly onProgress?: () => void;
}

/** A folder of models for the tests of a file, and steering in it with the engine on this thread. */
export function scene() {
  let folder = { path: '', [Symbol.asyncDispose]: async () => {} } as Awaited<
    ReturnType<typeof temporaryFolder>
  >;
  let work: Work | undefined;
  let count = 0;
  beforeAll(async () => {
    folder = await temporaryFolder();
    work = await createWork({ device: 'cpu', threads: 0 });
  });
  afterAll(async () => {
    await work?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  const engine = async () => {
    if (work === undefined) throw new Error('The engine has not been started.');
    return work;
  };

  async function resolved(recipe: object, warnings: Warnings, signal: AbortSignal) {
    count += 1;
    const path = join(folder.path, `r${count}.steer.yaml`);
    writeFileSync(path, JSON.stringify(recipe));
    return await resolveRecipe(await readRecipe(path), { signal, warnings });
  }

  function request(strengths: readonly number[], paths: readonly string[] = []) {
    return strengths.map((strength, index) => ({
      path: paths[index] ?? join(folder.path, `out${count}-${strength}`),
      strength,
    }));
  }

  return {
    at: (name: string) => join(folder.path, name),
    /** Writes a recipe, names of models relative to the folder, into folders of its own. */
    write: async (recipe: object, asked: Written = {}) => {
      const { strengths = [1], format = 'checkpoint', force = false, signal, paths, onProgress } = asked;
      const warnings = new Warnings();
      const live = signal ?? new AbortController().signal;
      const of = await resolved(recipe, warnings, live);
      const kept: string[] = [];
      const result = await writeSteered(
        { resolved: of, outputs: request(strengths, paths), format },
        {
          force,
          work: engine,
          signal: live,
          warnings,
          onKept: (path) => kept.push(path),
          ...(onProgress !== undefined && { report: onProgress }),
        },
      );
      return { ...result, kept };
    },
    dryRun: async (recipe: object, { strengths = [1], format = 'checkpoint', paths }: Written = {}) => {
      const { signal } = new AbortController();
      const warnings = new Warnings();
      const of = await resolved(recipe, warnings, signal);
      return await dryRun({ resolved: of, outputs: request(strengths, paths), format }, { signal, warnings });
    },
    contrast: async (recipe: object, name: string) => {
      const { signal } = new AbortController();
      const warnings = new Warnings();
      const of = await resolved(recipe, warnings, signal);
      return await storeDirection(of, join(folder.path, name), {
        force: false,
        work: engine,
        signal,
        warnings,
      });
    },
  };
}
