import type { Mask } from '#protocol/generation.ts';
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { ServerError } from '../errors.ts';
import { createGraphSession, type GraphSession, type GraphTensor } from '../work/graphSession.ts';
import type { GraphDevice } from '../work/graphDevice.ts';
import { decoderOf } from './architectures/decoderOf.ts';
import type { Decoder } from './decoder.ts';
import { decoderGraph } from './decoderGraph.ts';
import { Decoding } from './decoding.ts';
import {
  type Generated,
  type GenerateOptions,
  generateTexts,
  type TokenLikelihood,
} from './generateTexts.ts';
import { refuseOtherShapes } from './matchingShapes.ts';
import { cacheBytes, loadingBytes, operandBytes, refuseTooLarge } from './memory.ts';
import { readText, type ReadOptions } from './readText.ts';
import { type Band, type BandOptions, mildBand } from './mildBand.ts';
import { movingModules } from './movingModules.ts';
import { refuseTooLong } from './positions.ts';
import { operandsOf } from './operands.ts';
import type { Steered } from './weights.ts';

/** What a steered model's graph is, before it is loaded. */
export interface GeneratorPlan {
  readonly path: string;
  readonly decoder: Decoder;
  readonly graph: Uint8Array;
  readonly folder: string;
  readonly layers: number;
  readonly modules: readonly string[];
  readonly directions: number;
  /** Bytes in memory, once it is loaded. */
  readonly memory: number;
  /** Bytes in memory at most, while it is loaded. */
  readonly loading: number;
  /** Absolute paths of all that it reads. */
  readonly files: readonly string[];
  /** Equal for the same graph over the same bytes, as far as sizes and times tell. */
  readonly identity: string;
}

/** `unsupported-format` for what generation does not read, `base-not-found` without a checkpoint. Reads no weight. */
export async function planGenerator(
  of: Omit<Steered, 'folder' | 'modules'>,
  signal: AbortSignal,
): Promise<GeneratorPlan> {
  const { checkpoint, path } = of.target;
  if (checkpoint === undefined)
    throw new ServerError('base-not-found', path, 'stands on a base that was not found');
  const decoder = decoderOf(checkpoint);
  refuseOtherShapes(decoder, checkpoint.tensors);
  const folder = parse(realpathSync(checkpoint.path)).root;
  const modules = movingModules(of.directions, of.tied);
  const graph = decoderGraph(decoder, { ...of, folder, modules });
  const operands = operandsOf(of);
  const files = [...new Set(operands.map(({ file }) => file))];
  return {
    path,
    decoder,
    graph,
    folder,
    layers: of.layers,
    modules,
    directions: of.directions.length,
    memory: operandBytes(operands),
    loading: loadingBytes(operands),
    files,
    identity: await identityOf(graph, files, signal),
  };
}

async function identityOf(graph: Uint8Array, files: readonly string[], signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256').update(graph);
  for (const file of files.toSorted()) {
    signal.throwIfAborted();
    const { size, mtimeMs, ino } = await stat(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\0${ino}\0`);
  }
  return hash.digest('hex');
}

/** Loads what was planned; `too-large` where it does not fit. */
export async function createGenerator(plan: GeneratorPlan, device: GraphDevice = 'cpu'): Promise<Generator> {
  refuseTooLarge(plan.path, plan.loading, 'a smaller model fits');
  return new Generator(plan, await createGraphSession(plan.graph, plan.folder, device));
}

/** A steered model in memory: one graph for every strength, layer and module. */
export class Generator implements AsyncDisposable {
  readonly #plan: GeneratorPlan;
  readonly #session: GraphSession;

  constructor(plan: GeneratorPlan, session: GraphSession) {
    this.#plan = plan;
    this.#session = session;
  }

  /** Tokens that the model knows, and positions that it has for them. */
  get limits(): { readonly vocabulary: number; readonly positions: number } {
    const { vocabulary, positions } = this.#plan.decoder;
    return { vocabulary, positions: positions.longest };
  }

  get identity(): string {
    return this.#plan.identity;
  }

  /** Errors: `usage` for tokens that the model does not know, `too-large` where its cache does not fit. */
  async generate(options: GenerateOptions, mask: Mask = {}): Promise<readonly Generated[]> {
    const { decoder, path } = this.#plan;
    const { ids, strengths, maxTokens, againstBase } = options;
    refuseOddIds(ids, decoder);
    refuseTooLong(decoder, ids.length);
    const sequences = strengths.length * (againstBase ? 2 : 1);
    const needed = cacheBytes(decoder, ids.length + maxTokens, sequences);
    refuseTooLarge(
      path,
      needed,
      `fewer than ${ids.length + maxTokens} tokens or ${strengths.length} texts fit`,
    );
    const parts = { decoder, session: this.#session, factors: this.#factors(mask) };
    return await generateTexts((each) => new Decoding(parts, each), options);
  }

  /** How likely each token of a text is after those before it, the first left out. Errors as of `generate`. */
  async read(options: ReadOptions, mask: Mask = {}): Promise<readonly TokenLikelihood[]> {
    const { decoder, path } = this.#plan;
    const { ids } = options;
    refuseOddIds(ids, decoder);
    refuseTooLong(decoder, ids.length - 1);
    refuseTooLarge(path, cacheBytes(decoder, ids.length, 1), `fewer than ${ids.length} tokens fit`);
    const parts = { decoder, session: this.#session, factors: this.#factors(mask) };
    return await readText((each) => new Decoding(parts, each), decoder.vocabulary, options);
  }

  /** Where one direction is mild. Errors as of `generate`. */
  async mildBand(options: Omit<BandOptions, 'directions'>): Promise<Band> {
    const { decoder, directions } = this.#plan;
    for (const ids of options.texts) refuseOddIds(ids, decoder);
    const parts = { decoder, session: this.#session, factors: this.#factors({}) };
    return await mildBand((each) => new Decoding(parts, each), { ...options, directions });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** [directions, layers + 1, modules]; at least one of each, since a graph takes no empty input for one it does not use. */
  #factors({ layers: range, modules: chosen }: Mask): GraphTensor {
    const { directions, layers, modules } = this.#plan;
    const isIn = (layer: number) =>
      range === undefined || (layer >= range[0] && layer <= range[1] && layer < layers);
    const names = modules.length === 0 ? [''] : modules;
    const count = Math.max(1, directions);
    const one = Array.from({ length: layers + 1 }, (_, layer) =>
      names.map((name) => (isIn(layer) && (chosen?.includes(name) ?? true) ? 1 : 0)),
    ).flat();
    const data = Float32Array.from(Array.from({ length: count }, () => one).flat());
    return { data, shape: [count, layers + 1, names.length] };
  }
}

function refuseOddIds(ids: readonly number[], { vocabulary }: Decoder): void {
  if (ids.length === 0) throw new ServerError('usage', '--ids', 'has no token to begin with');
  const odd = ids.find((id) => id >= vocabulary);
  if (odd === undefined) return;
  throw new ServerError('usage', '--ids', `has ${odd}; the model knows ${vocabulary} tokens`);
}
