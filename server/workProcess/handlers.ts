import type { Params, Progress, Result } from '#protocol/requests.ts';
import type { ServerSettings } from '#protocol/settings.ts';
import type { WorkMethod } from '#protocol/work.ts';
import { ServerError } from '../errors.ts';
import { analyzeSubject } from '../tasks/analyzeSubject.ts';
import { cachedModels } from '../tasks/cachedModels.ts';
import { checkModels } from '../tasks/checkModels.ts';
import { createRecipe } from '../tasks/createRecipe.ts';
import { compareDirections } from '../tasks/compareDirections.ts';
import { compareModels } from '../tasks/compareModels.ts';
import { describeModels } from '../tasks/describeModel.ts';
import { generationSubject } from '../tasks/generationSubject.ts';
import { headerLines } from '../tasks/headerLines.ts';
import { editDirection } from '../tasks/editDirection.ts';
import { fixModels } from '../tasks/fixModels.ts';
import { KeptGenerator } from '../tasks/keptGenerator.ts';
import { loadCommandsOf } from '../tasks/loadCommands.ts';
import { pathOf, recipeOfSubject } from '../tasks/recipeOfSubject.ts';
import { measureBands } from '../tasks/measureBands.ts';
import { recipeFacts } from '../tasks/recipeFacts.ts';
import { runGeneration } from '../tasks/runGeneration.ts';
import { reportOfRecipe } from '../tasks/reportRecipe.ts';
import { searchBase } from '../tasks/searchBase.ts';
import { tensorFile } from '../tasks/tensorFile.ts';
import { tensorPicture } from '../tasks/tensorPicture.ts';
import { tensorStatistics } from '../tasks/tensorStatistics.ts';
import { tensorValues } from '../tasks/tensorValues.ts';
import { ViewedModels } from '../tasks/viewedModels.ts';
import { vocabularyReading } from '../tasks/vocabularyReading.ts';
import { viewModel } from '../tasks/viewModel.ts';
import { dryRunRecipe, writeRecipe } from '../tasks/writeRecipe.ts';
import { checkProgress } from './checkProgress.ts';
import { contextFor } from './context.ts';
import type { Lanes } from './lanes.ts';
import { gathered } from './gathered.ts';

export interface WorkContext<M extends WorkMethod> {
  readonly signal: AbortSignal;
  readonly settings: ServerSettings;
  readonly report: (progress: Progress<M>) => void;
}

export type WorkHandler<M extends WorkMethod> = (
  params: Params<M>,
  context: WorkContext<M>,
) => Promise<Result<M>>;

/** Mapped over the protocol, so that a missing or misspelt handler does not compile. */
export type WorkHandlers = { readonly [M in WorkMethod]: WorkHandler<M> };

/** One short function for each thing that a model has to be opened for. */
export function createWorkHandlers(lanes: Lanes): WorkHandlers {
  const viewed = new ViewedModels();
  const kept = new KeptGenerator();
  return {
    'models/describe': ({ paths }, request) => describeModels(paths, contextFor(paths[0], request)),
    'models/cached': (_, { signal }) => cachedModels(signal),
    'models/findBase': (params, request) => searchBase(params, contextFor(params.models[0], request)),
    'models/loadCommands': ({ path }, request) => loadCommandsOf(path, contextFor(path, request)),
    'models/open': ({ path }, request) => viewModel(path, viewed, contextFor(path, request)),
    'models/headerText': ({ path }, request) => headerLines(path, contextFor(path, request)),
    'models/compare': async (params, request) => {
      using rows = gathered(request.report);
      return await lanes.analysing.run(request, (work) =>
        compareModels(params, contextFor(params.b, request), { work, tell: rows.tell }),
      );
    },
    'tensor/statistics': (params, request) => {
      const context = { ...contextFor(params.path, request), report: request.report };
      return lanes.viewing.run(request, (work) =>
        tensorStatistics(params, context, { models: viewed, work }),
      );
    },
    'tensor/picture': (params, request) => {
      const context = { ...contextFor(params.path, request), report: request.report };
      return lanes.viewing.run(request, (work) => tensorPicture(params, context, { models: viewed, work }));
    },
    'tensor/values': (params, request) => tensorValues(params, viewed, contextFor(params.path, request)),
    'models/check': (params, request) => {
      const check = () =>
        checkModels(params, contextFor(params.models[0], request), checkProgress(request.report));
      return params.depth === 'headers' ? check() : lanes.analysing.run(request, check);
    },
    'models/fix': ({ path, code }, request) => {
      refuseUntrusted(path, request.settings);
      const params = { models: [path], depth: 'small', code } as const;
      return fixModels(params, contextFor(path, request), () => {});
    },
    'recipes/create': (params, request) => {
      refuseUntrusted(params.path, request.settings);
      return createRecipe(params, contextFor(params.path, request), { force: false });
    },
    'recipes/facts': (params, request) => recipeFacts(params, contextFor(params.path, request)),
    'recipes/report': (params, request) => {
      refuseUntrusted(params.path, request.settings);
      const context = { ...contextFor(params.path, request), report: request.report };
      return lanes.analysing.run(request, (work) => reportOfRecipe(params, context, work));
    },
    'recipes/dryRun': ({ path }, request) => dryRunRecipe(path, contextFor(path, request)),
    'recipes/write': ({ path, force }, request) => {
      refuseUntrusted(path, request.settings);
      const context = { ...contextFor(path, request), report: request.report };
      return lanes.writing.run(request, (work) => writeRecipe(path, context, { force, work }));
    },
    'direction/edit': (params, request) => {
      refuseUntrusted(params.path, request.settings);
      return editDirection(params, request.signal);
    },
    'direction/tensorFile': (params, request) =>
      tensorFile(params, contextFor(pathOf(params.subject), request)),
    'direction/analyze': async ({ subject, spectra }, request) => {
      using rows = gathered(request.report);
      return await lanes.analysing.run(request, (work) =>
        analyzeSubject(subject, contextFor(pathOf(subject), request), { work, tell: rows.tell, spectra }),
      );
    },
    'directions/similarity': (params, request) =>
      lanes.analysing.run(request, (work) =>
        compareDirections(params, contextFor(params.subjects[0], request), { work, tell: request.report }),
      ),
    'direction/vocabulary': async ({ subject, ...counts }, request) => {
      const context = contextFor(pathOf(subject), request);
      const recipe = await recipeOfSubject(subject, context);
      const tell = request.report;
      return await lanes.analysing.run(request, (work) =>
        vocabularyReading(recipe, context, { ...counts, work, tell }),
      );
    },
    'generation/open': ({ subject }, request) =>
      generationSubject(subject, contextFor(pathOf(subject), request)),
    'generation/bands': ({ subject }, request) =>
      lanes.generating.run(request, () =>
        measureBands(subject, contextFor(pathOf(subject), request), { kept, tell: request.report }),
      ),
    'generation/run': (params, request) =>
      lanes.generating.run(request, () =>
        runGeneration(params, contextFor(pathOf(params.subject), request), { kept, tell: request.report }),
      ),
  };
}

function refuseUntrusted(path: string, { trusted }: ServerSettings): void {
  if (trusted) return;
  const problem = 'is in a window that does not trust its folders, where nothing is written';
  throw new ServerError('untrusted-workspace', path, problem);
}
