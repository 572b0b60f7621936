import type { Method } from '#protocol/requests.ts';
import type { ServerSettings } from '#protocol/settings.ts';
import { version } from '#protocol/version.ts';
import type { WorkMethod } from '#protocol/work.ts';
import type { Handler, Handlers } from './connect.ts';
import type { LastResults } from './language/lastResults.ts';
import { clauseOf } from './recipes/clauseOf.ts';
import { movedDirection } from './recipes/movedDirection.ts';
import { restrictRecipe } from './recipes/restrictRecipe.ts';
import { strengthEdits } from './recipes/strengthEdits.ts';
import type { WorkClient } from './workClient.ts';

export interface HandlerDependencies {
  readonly work: WorkClient;
  /** A process of its own: a model that generates keeps it busy, and takes its memory. */
  readonly generating: WorkClient;
  readonly settings: { current: ServerSettings };
  /** Told of what became of each recipe, for its editor. */
  readonly results: LastResults;
  /** Told of models whose files were put right. */
  readonly onFixed: (path: string) => void;
}

/** One short function for each request of the protocol; what opens models is handed on to the work process. */
export function createHandlers(dependencies: HandlerDependencies): Handlers {
  const { work, generating, settings, results, onFixed } = dependencies;
  const handOn =
    <M extends WorkMethod & Method>(method: M, to = work): Handler<M> =>
    (params, { signal, report }) =>
      to.call(method, params, { signal, settings: settings.current, report });
  const write = handOn('recipes/write');
  const dryRun = handOn('recipes/dryRun');
  const fix = handOn('models/fix');
  return {
    'server/version': async () => ({ version, node: process.versions.node }),
    'settings/apply': async (applied) => {
      settings.current = applied;
      return null;
    },
    'models/describe': handOn('models/describe'),
    'models/cached': handOn('models/cached'),
    'models/findBase': handOn('models/findBase'),
    'models/loadCommands': handOn('models/loadCommands'),
    'models/open': handOn('models/open'),
    'models/headerText': handOn('models/headerText'),
    'models/compare': handOn('models/compare'),
    'tensor/statistics': handOn('tensor/statistics'),
    'tensor/picture': handOn('tensor/picture'),
    'tensor/values': handOn('tensor/values'),
    'models/check': handOn('models/check'),
    'models/fix': async (params, context) => {
      const result = await fix(params, context);
      onFixed(params.path);
      return result;
    },
    'recipes/create': handOn('recipes/create'),
    'recipes/facts': handOn('recipes/facts'),
    'recipes/restrict': async (params) => restrictRecipe(params),
    'recipes/clause': async (params) => clauseOf(params),
    'recipes/report': handOn('recipes/report'),
    'recipes/moved': async (params) => movedDirection(params),
    'recipes/strengthEdits': async ({ text, ...rest }) => strengthEdits(text, rest),
    'recipes/dryRun': (params, context) => results.ofDryRun(params.path, dryRun(params, context)),
    'recipes/write': (params, context) => results.ofWrite(params.path, write(params, context)),
    'direction/edit': handOn('direction/edit'),
    'direction/tensorFile': handOn('direction/tensorFile'),
    'direction/analyze': handOn('direction/analyze'),
    'directions/similarity': handOn('directions/similarity'),
    'direction/vocabulary': handOn('direction/vocabulary'),
    'generation/open': handOn('generation/open', generating),
    'generation/bands': handOn('generation/bands', generating),
    'generation/run': handOn('generation/run', generating),
  };
}
