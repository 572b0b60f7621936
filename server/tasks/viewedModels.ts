import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { TensorReference } from '#protocol/tensorView.ts';
import { storedTensors } from '../analysis/storedTensors.ts';
import { readFailure } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import { closestName } from '../models/closestName.ts';
import type { WeightsFile } from '../models/model.ts';
import { openWholeModel, type WholeModel } from '../models/wholeModel.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { TaskContext } from './taskContext.ts';

/** Headers of the models looked at last are kept, so that a tensor of a thousand shards is found at once. */
const mostKept = 4;

/** A tensor, and the file that holds it. */
export interface ViewedTensor {
  readonly tensor: StoredTensor;
  readonly file: WeightsFile;
}

interface Viewed {
  readonly whole: WholeModel;
  /** The first of each name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly files: ReadonlyMap<string, WeightsFile>;
}

/** How a window may open models. */
export type Opening = Pick<TaskContext, 'signal' | 'readsPickles'>;

/** The models that a viewer has opened, by path; the least recently used one is forgotten. */
export class ViewedModels {
  readonly #kept = new Map<string, Viewed>();

  /** Always reads anew. Errors: those of `openModel`. */
  async open(path: string, opening: Opening): Promise<WholeModel> {
    return (await this.#read(path, opening)).whole;
  }

  /** From what is kept, as long as the tensor's file is the same. `missing-tensor` where the model has none of that name. */
  async tensor({ path, name }: TensorReference, opening: Opening): Promise<ViewedTensor> {
    const kept = this.#kept.get(keyOf(path, opening));
    const known = kept === undefined ? undefined : found(kept, name);
    if (known !== undefined && (await isSame(known.file))) return known;
    const fresh = await this.#read(path, opening);
    const anew = found(fresh, name);
    if (anew !== undefined) return anew;
    const closest = closestName(name, fresh.tensors.keys());
    const remedy = closest === undefined ? '' : `; the nearest name is "${closest}"`;
    const problem = `has no tensor "${name}"${remedy}`;
    throw new ServerError('missing-tensor', fresh.whole.model.path, problem, { tensor: name });
  }

  async #read(path: string, opening: Opening): Promise<Viewed> {
    const { signal, readsPickles = true } = opening;
    const options = { reference: basename(path), signal, readsPickles };
    const viewed = toViewed(await openWholeModel(path, options));
    for (const key of new Set([path, viewed.whole.model.path].map((each) => keyOf(each, opening)))) {
      this.#kept.delete(key);
      this.#kept.set(key, viewed);
    }
    this.#forget();
    return viewed;
  }

  #forget(): void {
    const distinct = [...new Set(this.#kept.values())];
    const old = new Set(distinct.slice(0, -mostKept));
    for (const [key, viewed] of this.#kept) if (old.has(viewed)) this.#kept.delete(key);
  }
}

/** What a window that is trusted has opened is nothing to one that is not. */
function keyOf(path: string, { readsPickles = true }: Opening): string {
  return JSON.stringify([readsPickles, resolve(path)]);
}

function toViewed(whole: WholeModel): Viewed {
  const { model } = whole;
  const tensors = new Map<string, StoredTensor>();
  for (const tensor of storedTensors(model)) if (!tensors.has(tensor.name)) tensors.set(tensor.name, tensor);
  const files = model.kind === 'run' ? [] : model.files;
  return { whole, tensors, files: new Map(files.map((file) => [file.path, file])) };
}

function found({ tensors, files }: Viewed, name: string): ViewedTensor | undefined {
  const tensor = tensors.get(name);
  const file = tensor === undefined ? undefined : files.get(tensor.file);
  return tensor === undefined || file === undefined ? undefined : { tensor, file };
}

async function isSame({ path, size, modifiedMilliseconds }: WeightsFile): Promise<boolean> {
  const now = await stat(path).catch((cause: unknown) => {
    throw readFailure(path, cause);
  });
  return now.size === size && now.mtimeMs === modifiedMilliseconds;
}

/** Where the small files of a model are. */
export function folderOf({ model }: WholeModel): string {
  const isFile = model.kind === 'checkpoint' && model.files[0]?.path === model.path;
  return isFile ? dirname(model.path) : model.path;
}
