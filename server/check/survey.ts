import type { CheckDepth, Finding } from '#protocol/check.ts';
import type { ServerError } from '../errors.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { IndexDocument } from './indexDocument.ts';
import type { JsonDocument } from './jsonDocument.ts';
import type { WeightsRead } from './readWeights.ts';
import type { TokenizerFacts } from './tokenizerFacts.ts';

/** Everything that was opened of one model: what the checks look at. No value has been read. */
export interface Survey {
  /** As asked: the folder, or a single file. Absolute. */
  readonly path: string;
  /** The folder that it lies in, or is. */
  readonly folder: string;
  /** Names of what is in the folder; empty for a file that stands for itself. */
  readonly names: ReadonlySet<string>;
  /** Configurations by name. */
  readonly documents: ReadonlyMap<string, JsonDocument>;
  readonly index: IndexDocument | undefined;
  readonly weights: readonly WeightsRead[];
  /** Of all weights files that can be read; of a name that comes twice, the first. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly tokenizer: TokenizerFacts | undefined;
  /** As everything else here opens it; undefined where that fails. */
  readonly model: Model | undefined;
  /** What an adapter stands on, if it is here and fits. */
  readonly base: Checkpoint | undefined;
  /** What an adapter names as its base and does not fit. */
  readonly misfit: { readonly path: string; readonly error: ServerError } | undefined;
  /** What was wrong with what could not be opened. */
  readonly problems: readonly Finding[];
  /** Why the model as a whole could not be opened; said only where no check says more. */
  readonly failure: Finding | undefined;
}

/** One look at a model. */
export type Check = (survey: Survey) => readonly Finding[];

export interface SurveyOptions {
  /** Where an adapter's name of its base is looked for after its own folder. */
  readonly workspace: string;
  readonly bases?: ReadonlyMap<string, string> | undefined;
  readonly depth: CheckDepth;
  readonly texts: ReadonlyMap<string, string>;
  /** False in a window that does not trust its folders: pickles are not opened. */
  readonly readsPickles: boolean;
  readonly signal: AbortSignal;
}

/** A configuration's own part that describes the language model, where it is named so. */
export function configOf({ documents }: Survey): JsonDocument | undefined {
  return documents.get('config.json');
}

/** Whether an adapter or a direction lies there. */
export function isAdapter({ documents, names }: Survey): boolean {
  return (
    documents.has('adapter_config.json') || names.has('adapter_config.json') || names.has('direction.json')
  );
}
