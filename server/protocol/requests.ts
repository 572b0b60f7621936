import type { AnalysisProgress, Subject } from './analysis.ts';
import type { TextChange, CheckParams, CheckProgress, CheckResult, FixParams } from './check.ts';
import type { Outcome } from './failure.ts';
import type {
  GenerationBands,
  GenerationParams,
  GenerationProgress,
  GenerationResult,
  GenerationSubject,
} from './generation.ts';
import type { BaseSearch, CachedModel, ModelSummary } from './models.ts';
import type {
  ClauseParams,
  ClauseResult,
  MovedParams,
  MovedResult,
  LoadCommand,
  RecipeFacts,
  RestrictParams,
  RestrictResult,
  StrengthEditsParams,
} from './recipes.ts';
import type { ServerSettings } from './settings.ts';
import type { SimilarityParams, SimilarityProgress, SimilarityResult } from './similarity.ts';
import type { VocabularyParams, VocabularyProgress, VocabularyResult } from './vocabulary.ts';
import type {
  CompareResult,
  AnalyzeResult,
  DryRunResult,
  InitResult,
  ReportResult,
  WriteResult,
} from './results.ts';
import type { CompareProgress } from './comparison.ts';
import type {
  PictureParams,
  TensorPicture,
  TensorReference,
  TensorStatistics,
  TensorValues,
  ValueStatistics,
  ValuesParams,
} from './tensorView.ts';
import type { HeaderText, OpenedModel } from './viewer.ts';

/** One request: what goes in, what comes out, and what is reported on the way. */
interface Exchange<Params, Result, Progress = never> {
  readonly params: Params;
  readonly result: Result;
  readonly progress: Progress;
}

/** Everything the server answers. A key added here does not compile until `server/handlers.ts` handles it. */
export interface Requests {
  /** Which server is running, for reports of problems. */
  'server/version': Exchange<null, ServerVersion>;
  /** From now on; `initializationOptions` has the first. */
  'settings/apply': Exchange<ServerSettings, null>;
  /** What is at these paths, in their order; what cannot be read has its failure in its place. */
  'models/describe': Exchange<{ readonly paths: readonly string[] }, readonly Outcome<ModelSummary>[]>;
  /** Everything in the Hub cache that has weights or factors, by id. */
  'models/cached': Exchange<null, readonly CachedModel[]>;
  /** A base for these adapters and directions: what they name, and which of `candidates` would fit. */
  'models/findBase': Exchange<FindBaseParams, BaseSearch>;
  /** How to load a model in Python or serve it. */
  'models/loadCommands': Exchange<{ readonly path: string }, readonly LoadCommand[]>;
  /** All that a viewer shows first. A folder, an index, or a file of a model, which opens all of the model it is part of. */
  'models/open': Exchange<{ readonly path: string }, OpenedModel>;
  /** The headers of a model, or of one file alone, as lines that two versions can be compared by. */
  'models/headerText': Exchange<{ readonly path: string }, HeaderText>;
  /** What B has other than A: structure first, then, with `values`, tensor by tensor; the result repeats all rows. */
  'models/compare': Exchange<CompareParams, CompareResult, CompareProgress>;
  /** Reads all of the tensor, unless that was done before and its file is the same. */
  'tensor/statistics': Exchange<TensorReference, TensorStatistics, SurveyProgress>;
  'tensor/picture': Exchange<PictureParams, TensorPicture, WorkProgress>;
  /** At most 2¹⁸ elements; more are `too-large`. */
  'tensor/values': Exchange<ValuesParams, TensorValues>;
  /** What is wrong with models; the result repeats all rows. */
  'models/check': Exchange<CheckParams, CheckResult, CheckProgress>;
  /** Puts right what can be, on the disk, with backups; the result is what is left, and what was done. */
  'models/fix': Exchange<FixParams, CheckResult>;
  /** Writes a commented recipe; `output-exists` where its path is taken. */
  'recipes/create': Exchange<CreateRecipeParams, InitResult>;
  /** `text` instead of what is on the disk, where the editor has another. */
  'recipes/facts': Exchange<{ readonly path: string; readonly text?: string }, RecipeFacts>;
  /** Edits that narrow what a recipe moves; `nothing-selected` where nothing would be left. */
  'recipes/restrict': Exchange<RestrictParams, RestrictResult>;
  /** Edits of the recipes that steer with a stored direction, for its new place; those that do not name it are left out. */
  'recipes/moved': Exchange<MovedParams, MovedResult>;
  /** Where a recipe says that a tensor moves. */
  'recipes/clause': Exchange<ClauseParams, ClauseResult>;
  /** Writes the analysis as one HTML file at `output`; `output-exists` where that is taken, unless `force`. */
  'recipes/report': Exchange<
    { readonly path: string; readonly output: string; readonly force: boolean },
    ReportResult,
    WorkProgress
  >;
  /** What a recipe's text has to become for its strengths to be these; none of them overlap. */
  'recipes/strengthEdits': Exchange<StrengthEditsParams, readonly TextChange[]>;
  'recipes/dryRun': Exchange<{ readonly path: string }, DryRunResult>;
  /** Jobs are done one after another. Cancelled or killed ones go on when they are asked for again. */
  'recipes/write': Exchange<WriteParams, WriteResult, WorkProgress>;
  /** The file that holds a tensor of the models that a subject is about: what is steered before the others; null where it only comes out of factors. */
  'direction/tensorFile': Exchange<
    { readonly subject: Subject; readonly name: string },
    { readonly path: string | null }
  >;
  /** What a stored direction is called, and what it does in words. */
  'direction/edit': Exchange<EditDirectionParams, null>;
  /** Reads weights as far as they are dense; the result repeats all rows. */
  'direction/analyze': Exchange<AnalyzeParams, AnalyzeResult, AnalysisProgress>;
  /** How alike directions are, and whether it is more than chance. */
  'directions/similarity': Exchange<SimilarityParams, SimilarityResult, SimilarityProgress>;
  /** What a direction writes, as tokens; the result repeats all rows. */
  'direction/vocabulary': Exchange<VocabularyParams, VocabularyResult, VocabularyProgress>;
  /** What a panel has sliders for. Reads no weight. */
  'generation/open': Exchange<{ readonly subject: Subject }, GenerationSubject>;
  /** How far each direction can go before the model says other things about neutral texts too. */
  'generation/bands': Exchange<{ readonly subject: Subject }, GenerationBands, TextsProgress>;
  /** Texts, one for each column; the result repeats all tokens. */
  'generation/run': Exchange<GenerationParams, GenerationResult, GenerationProgress>;
}

export interface EditDirectionParams {
  /** Its folder, absolute. */
  readonly path: string;
  /** Absent: as it was. */
  readonly name?: string;
  /** Absent: as it was; empty: none. */
  readonly description?: string;
}

export interface AnalyzeParams {
  readonly subject: Subject;
  /** Whether dense matrices have a spectrum too, which takes up to a minute each. Default: where seconds do for all of them. */
  readonly spectra?: boolean;
}

export interface CompareParams {
  /** Paths of models, or `MODEL+ADAPTER` of two. */
  readonly a: string;
  readonly b: string;
  /** Whether all weights are read. */
  readonly values: boolean;
}

export interface FindBaseParams {
  /** Paths of adapters and stored directions. */
  readonly models: readonly string[];
  /** Paths of checkpoints. */
  readonly candidates: readonly string[];
}

export interface CreateRecipeParams {
  /** Where the recipe goes, absolute. */
  readonly path: string;
  readonly source:
    /** Paths of the fine-tunes; one may be their base. */
    | { readonly kind: 'contrast'; readonly positive: string; readonly negative: string }
    /** A stored direction's path. */
    | { readonly kind: 'stored'; readonly direction: string };
  /** A path or Hub id; absent: what the adapters name, if it is here; null: none, whatever they name. */
  readonly base?: string | null;
  /** What is steered, a path; absent: the base. An adapter means the base with it. */
  readonly target?: string;
}

export interface WriteParams {
  /** The recipe's path. */
  readonly path: string;
  /** In place of what exists. */
  readonly force: boolean;
}

export interface WorkProgress {
  /** Bytes read and written so far, and in all. The last one wins. */
  readonly done: number;
  readonly total: number;
  /** What is counted, where that is not bytes. */
  readonly unit?: string;
}

export interface TextsProgress {
  /** Texts read so far, and in all. The last one wins. */
  readonly done: number;
  readonly total: number;
}

export interface SurveyProgress extends WorkProgress {
  /** What was read so far comes to, norms of rows and columns left out; absent until there is something to draw. */
  readonly soFar?: ValueStatistics;
}

export interface ServerVersion {
  /** Of Weight Steering, such as `0.1.0`. */
  readonly version: string;
  /** Of the Node.js that runs the server, such as `22.18.0`. */
  readonly node: string;
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]['params'];
export type Result<M extends Method> = Requests[M]['result'];
export type Progress<M extends Method> = Requests[M]['progress'];
