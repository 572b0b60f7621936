import { basename, dirname, join, sep } from 'node:path';
import type { LoadCommand } from '#protocol/recipes.ts';
import type { WrittenOutput } from '#protocol/results.ts';
import { ServerError } from '../errors.ts';
import { findBase } from '../models/findBase.ts';
import { isThere } from '../models/isThere.ts';
import { isJsonObject, readJsonFile } from '../models/jsonFile.ts';
import type { Adapter, Checkpoint } from '../models/model.ts';
import { hasDense } from '../directions/terms.ts';
import { isMlxConfig } from '../models/mlxConfig.ts';
import { placeOf } from '../models/placeOf.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { shellWord } from '../shellWord.ts';
import { shownPath } from '../shownPath.ts';
import { ggufAdapterName } from '../steering/gguf/ggufAdapterPlan.ts';
import { provenanceName } from '../steering/report/provenance.ts';
import { openReference } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

/** What vLLM's `--max-lora-rank` takes. */
const ranks = [1, 8, 16, 32, 64, 128, 256, 320, 512];

/** How to load an adapter that was written, and who cannot: lines of text, with paths as seen from `folder`. */
export function loadCommands(
  output: Pick<WrittenOutput, 'path' | 'rank'> & Partial<Pick<WrittenOutput, 'format' | 'strength'>>,
  { recipe, direction, target, base }: ResolvedRecipe,
  folder: string,
): readonly string[] {
  const on = target?.checkpoint ?? base;
  if (output.format === 'gguf-adapter') {
    const { path, strength = 1 } = output;
    const model = on?.files[0]?.path.endsWith('.gguf') === true ? posix(on.path, folder) : 'BASE.gguf';
    return [inWords(llamaServer({ adapter: posix(path, folder), model, strength }))];
  }
  const served: Served = {
    name: recipe.name,
    rank: output.rank ?? 0,
    model: on === undefined ? 'BASE' : (on.hubId ?? posix(on.path, folder)),
    adapter: posix(output.path, folder),
    tensors: [...direction.tensors.keys(), ...(target?.changes.keys() ?? [])],
    isOfMlx: false,
    alone:
      (target?.adapter?.whole.length ?? 0) > 0 || hasDense(direction) ? 'holds whole tensors' : undefined,
  };
  return commandsOf(served).map(inWords);
}

function inWords({ label, command }: LoadCommand): string {
  return label === '' ? command : `${label}: ${command}`;
}

/** How to load what is at a path: a checkpoint in transformers and vLLM, an adapter in PEFT and vLLM on its base. */
export async function loadCommandsOf(path: string, context: TaskContext): Promise<readonly LoadCommand[]> {
  if (await isThere(join(path, ggufAdapterName))) return [await ofGgufAdapter(path, context)];
  const model = await openReference(path, { ...context, folder: dirname(path) });
  if (model.kind === 'checkpoint') return ofCheckpoint(model);
  const adapter = model.kind === 'direction' ? model.adapter : model;
  if (adapter?.kind === 'adapter') return commandsOf(await servedOf(adapter, context));
  const problem = `is of the kind ${model.kind}; what is loaded is a checkpoint or an adapter`;
  throw new ServerError('not-a-model', model.path, problem);
}

/** The strength is what it was written for; the base as llama.cpp has it is nowhere recorded. */
async function ofGgufAdapter(path: string, { signal }: TaskContext): Promise<LoadCommand> {
  const record = join(path, provenanceName);
  const made = (await isThere(record)) ? (await readJsonFile(record, signal))['output'] : undefined;
  const strength = isJsonObject(made) && typeof made['strength'] === 'number' ? made['strength'] : 1;
  return llamaServer({ adapter: path.split(sep).join('/'), model: 'BASE.gguf', strength });
}

interface Scaled {
  readonly adapter: string;
  readonly model: string;
  readonly strength: number;
}

/** llama.cpp's scale is the strength, because the adapter holds w at strength 1. */
function llamaServer({ adapter, model, strength }: Scaled): LoadCommand {
  const scaled = shellWord(`${adapter}/${ggufAdapterName}:${strength}`);
  return { label: 'llama.cpp', command: `llama-server -m ${shellWord(model)} --lora-scaled ${scaled}` };
}

function ofCheckpoint({ path, hubId }: Checkpoint): readonly LoadCommand[] {
  const name = hubId ?? path.split(sep).join('/');
  return [
    { label: 'transformers', command: `AutoModelForCausalLM.from_pretrained(${JSON.stringify(name)})` },
    { label: 'vLLM', command: `vllm serve ${shellWord(name)}` },
  ];
}

async function servedOf(
  adapter: Adapter,
  { folder, signal, bases, readsPickles = true }: TaskContext,
): Promise<Served> {
  const { path, config, factors, whole } = adapter;
  const asked = {
    adapters: [adapter],
    workspace: folder,
    signal,
    readsPickles,
    ...(bases !== undefined && { bases }),
  };
  const { checkpoint } = await findBase(asked);
  return {
    name: basename(path),
    rank: Math.max(0, ...factors.map(({ rank }) => rank)),
    model: checkpoint?.hubId ?? checkpoint?.path.split(sep).join('/') ?? config.base ?? 'BASE',
    adapter: path.split(sep).join('/'),
    tensors: [...factors, ...whole].map(({ tensor }) => tensor),
    isOfMlx: isMlxConfig(config.raw),
    alone: onlyPeft(adapter),
  };
}

/** Forward slashes: Python takes them on every system. */
function posix(path: string, folder: string): string {
  return shownPath(path, folder).split(sep).join('/');
}

interface Served {
  readonly name: string;
  readonly rank: number;
  readonly model: string;
  readonly adapter: string;
  /** Names of all that it changes. */
  readonly tensors: readonly string[];
  readonly isOfMlx: boolean;
  /** Why only PEFT can load it, in words that follow "because it". */
  readonly alone: string | undefined;
}

function onlyPeft({ whole, factors, parameters = [] }: Adapter): string | undefined {
  if (factors.some(({ magnitude }) => magnitude !== undefined)) return 'is DoRA';
  if (parameters.length > 0) return 'has factors of bare parameters';
  return whole.length > 0 ? 'holds whole tensors' : undefined;
}

/** A label that is empty marks a sentence about who cannot load it. */
function commandsOf(served: Served): readonly LoadCommand[] {
  const { model, adapter, isOfMlx } = served;
  if (isOfMlx) {
    const command = `mlx_lm.generate --model ${shellWord(model)} --adapter-path ${shellWord(adapter)}`;
    return [{ label: 'mlx-lm', command }];
  }
  const load = `PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(${JSON.stringify(model)}), ${JSON.stringify(adapter)})`;
  return [{ label: 'PEFT', command: load }, vllm(served)];
}

function vllm({ name, rank, model, adapter, tensors, alone }: Served): LoadCommand {
  const outside = tensors.find((tensor) => ['embeddings', 'head'].includes(placeOf(tensor).group));
  if (alone !== undefined || outside !== undefined) {
    const what = outside === undefined ? alone : `changes ${outside}`;
    return refused(
      `vLLM and llama.cpp refuse it, because it ${what}: write a checkpoint for them (--format checkpoint).`,
    );
  }
  const largest = ranks.find((each) => each >= rank);
  if (largest === undefined)
    return refused(`vLLM refuses it: its ranks end at ${ranks.at(-1)} (--format checkpoint).`);
  const serve = `vllm serve ${shellWord(model)} --enable-lora --max-lora-rank ${largest}`;
  return { label: 'vLLM', command: `${serve} --lora-modules ${shellWord(`${name}=${adapter}`)}` };
}

function refused(sentence: string): LoadCommand {
  return { label: '', command: sentence };
}
