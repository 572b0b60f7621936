import { relative } from 'node:path';
import type { FineTune, TiedRoles } from '../directions/fineTune.ts';
import { valueOf } from '../directions/fineTune.ts';
import type { Direction, Factor, Term } from '../directions/term.ts';
import { ServerError } from '../errors.ts';
import { placeOf } from '../models/placeOf.ts';
import { isPlainFloat } from '../tensors/computable.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { type OnnxGraph, elementTypes } from '../work/onnxGraph.ts';

export interface Steered {
  readonly target: FineTune;
  /** Each with a strength of its own. */
  readonly directions: readonly Direction[];
  readonly tied: TiedRoles | undefined;
  /** Of the model: after the factors of each layer come those of what is in none. */
  readonly layers: number;
  /** Short names of the modules that move, in the order of their factors. */
  readonly modules: readonly string[];
  /** What the places of files in the graph are relative to. */
  readonly folder: string;
}

/** A term of w, and the number of its direction. */
interface Moving {
  readonly term: Term;
  readonly direction: number;
}

/** The tensors of a steered model as values of a graph: the checkpoint's own bytes, and w as branches. */
export class Weights {
  readonly #graph: OnnxGraph;
  readonly #of: Steered;
  readonly #strengths: string;
  readonly #read: Set<string>;
  /** Strengths times factors, by what they are of. */
  readonly #columns = new Map<string, string>();

  /**
   * `strengths` is [rows, directions], how far each row of activations goes along each; the graph has `factors`
   * [directions, layers + 1, modules] too.
   */
  constructor(graph: OnnxGraph, of: Steered, strengths: string, read = new Set<string>()) {
    this.#read = read;
    this.#graph = graph;
    this.#of = of;
    this.#strengths = strengths;
  }

  /** The same for activations [rows, heads, width]. */
  forHeads(): Weights {
    const strengths = this.#graph.op('Unsqueeze', [this.#strengths, this.#graph.integers([1])]);
    return new Weights(this.#graph, this.#of, strengths, this.#read);
  }

  /** x·Wᵀ + b [rows, out], with what moves of W and b; x·W + b where W is turned. */
  linear(x: string, module: string, isTurned = false): string {
    const weight = this.matrix(x, `${module}.weight`, isTurned);
    return this.has(`${module}.bias`) ? this.plus(weight, `${module}.bias`) : weight;
  }

  /** x·Wᵀ for a tensor W [out, in]; x·W for one that is turned, [in, out]. */
  matrix(x: string, name: string, isTurned = false): string {
    const product = (term: Term) => this.#product(x, term, isTurned);
    return this.#sum(this.#fixed(name).map(product), name, product);
  }

  /** y + b for a tensor b [width]. */
  plus(y: string, name: string): string {
    const fixed = this.#fixed(name).map((term) => this.#dense(term, name));
    return this.#sum([y, ...fixed], name, (term) => this.#dense(term, name));
  }

  /** y · g for a tensor g [width]. */
  gain(y: string, name: string): string {
    const times = (term: Term) => this.#graph.op('Mul', [y, this.#dense(term, name)]);
    return this.#sum(this.#fixed(name).map(times), name, times);
  }

  /** Rows of an embedding, one for each of `ids` [rows]. */
  embedding(ids: string, name: string): string {
    const rows = (term: Term) => this.#rows(ids, term, name);
    return this.#sum(this.#fixed(name).map(rows), name, rows);
  }

  /** Refuses a model of which something moves that neither this nor `head` has read: it would be dropped in silence. */
  refuseUnread(head: Weights): void {
    const { directions, target } = this.#of;
    const names = [...directions.flatMap(({ tensors }) => [...tensors.keys()]), ...target.changes.keys()];
    const unread = names.find((name) => !this.#read.has(name) && !head.#read.has(name));
    if (unread !== undefined) throw unsupported(target.path, unread, 'moved, but no part of the decoder');
  }

  #sum(fixed: readonly string[], name: string, of: (term: Term) => string): string {
    const branches = this.#moving(name).map(({ term, direction }) =>
      this.#graph.op('Mul', [of(term), this.#column(direction, name)]),
    );
    return [...fixed, ...branches].reduce((sum, each) => this.#graph.op('Add', [sum, each]));
  }

  /** How far each row goes along a direction in a tensor, [rows, 1]. */
  #column(direction: number, name: string): string {
    const { layers, modules } = this.#of;
    const { layer = layers, module } = placeOf(name);
    const place = (direction * (layers + 1) + layer) * modules.length + modules.indexOf(module);
    const key = `${direction}:${place}`;
    const made = this.#columns.get(key) ?? this.#made(direction, place);
    this.#columns.set(key, made);
    return made;
  }

  #made(direction: number, place: number): string {
    const graph = this.#graph;
    const strength = graph.op('Gather', [this.#strengths, graph.integers([direction])], { axis: -1 });
    const flat = graph.op('Reshape', ['factors', graph.integers([-1])]);
    return graph.op('Mul', [strength, graph.op('Gather', [flat, graph.integers([place])])]);
  }

  #product(x: string, term: Term, isTurned: boolean): string {
    if (term.kind === 'dense')
      return this.#scaled(this.#gemm(x, this.#stored(term.tensor), !isTurned), term.scale);
    if (term.kind !== 'low-rank') throw unsupported(this.#of.target.path, 'weight', term.kind);
    const [first, second] = isTurned ? [term.left, term.right] : [term.right, term.left];
    const inner = this.#gemm(x, this.#stored(first.tensor), first.transposed === isTurned);
    return this.#gemm(
      this.#scaled(inner, term.scale),
      this.#stored(second.tensor),
      second.transposed === isTurned,
    );
  }

  #rows(ids: string, term: Term, name: string): string {
    if (term.kind === 'dense') {
      const picked = this.#graph.op('Gather', [this.#asStored(term.tensor), ids]);
      return this.#scaled(this.#widened(picked, term.tensor), term.scale);
    }
    if (term.kind !== 'low-rank') throw unsupported(this.#of.target.path, name, term.kind);
    const picked = this.#graph.op('Gather', [this.#upright(term.left), ids]);
    const product = this.#gemm(picked, this.#stored(term.right.tensor), term.right.transposed);
    return this.#scaled(product, term.scale);
  }

  #upright({ tensor, transposed }: Factor): string {
    const stored = this.#stored(tensor);
    return transposed ? this.#graph.op('Transpose', [stored], { perm: [1, 0] }) : stored;
  }

  #gemm(x: string, w: string, transposed: boolean): string {
    return this.#graph.op('Gemm', [x, w], { transB: transposed ? 1 : 0 });
  }

  #dense(term: Term, name: string): string {
    if (term.kind !== 'dense') throw unsupported(this.#of.target.path, name, term.kind);
    return this.#scaled(this.#stored(term.tensor), term.scale);
  }

  /** Done to what a tensor makes and not to the tensor, of which the session would hold a second copy. */
  #scaled(value: string, scale: number): string {
    return scale === 1 ? value : this.#graph.op('Mul', [value, this.#graph.number(scale)]);
  }

  /** Float32, from the bytes in the file. */
  #stored(tensor: StoredTensor): string {
    return this.#widened(this.#asStored(tensor), tensor);
  }

  #widened(value: string, { dtype }: StoredTensor): string {
    return dtype === 'F32' ? value : this.#graph.op('Cast', [value], { to: elementTypes.F32 });
  }

  #asStored(tensor: StoredTensor): string {
    const { name, dtype, shape, file, offset, bytes } = tensor;
    if (!isPlainFloat(tensor) || dtype === 'F64' || !(dtype in elementTypes))
      throw unsupported(file, name, `stored as ${dtype}`);
    const location = relative(this.#of.folder, file);
    return this.#graph.external({ type: tensor.dtype, shape, location, offset, bytes });
  }

  /** Whether the model has a tensor. */
  has(name: string): boolean {
    return valueOf(this.#of.target, name, this.#of.tied) !== undefined;
  }

  #fixed(name: string): readonly Term[] {
    this.#read.add(name);
    const { target, tied } = this.#of;
    const value = valueOf(target, name, tied);
    if (value !== undefined) return value;
    throw new ServerError('missing-tensor', target.path, `has no tensor "${name}"`, { tensor: name });
  }

  #moving(name: string): readonly Moving[] {
    const { directions, tied } = this.#of;
    return directions.flatMap(({ tensors, untied }, direction) => {
      const isShared = name === tied?.head && !untied;
      const terms = tensors.get(isShared ? tied.embedding : name)?.terms ?? [];
      return terms.map((term) => ({ term, direction }));
    });
  }
}

function unsupported(file: string, tensor: string, what: string): ServerError {
  return new ServerError(
    'unsupported-format',
    file,
    `tensor "${tensor}" is ${what}, which generation does not read`,
    {
      tensor,
    },
  );
}
