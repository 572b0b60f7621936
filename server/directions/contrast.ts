import type { DType } from '#protocol/tensors.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import { tiedRolesOf } from '../models/tiedRoles.ts';
import { hasTokenRows, rowsApart } from '../models/vocabularyRows.ts';
import { isComputable, whyNotComputable } from '../tensors/computable.ts';
import { packedProblem, type StoredTensor } from '../tensors/storedTensor.ts';
import type { Warnings } from '../warnings.ts';
import { refuseDifferentBases } from './changedBase.ts';
import { type FineTune, isUnknown, type TiedRoles, touchedNames, valueOf } from './fineTune.ts';
import type { Direction, DirectionTensor, Term } from './term.ts';
import { resizedDifference, type Resizing, type Vocabulary } from './vocabulary.ts';
import { sameTerms, scaledTerms, shapeOfTerm, simplified, tensorsOf } from './terms.ts';

export interface Contrast {
  readonly name: string;
  readonly positive: FineTune;
  readonly negative: FineTune;
  /** Undefined: not known, and so far not needed. */
  readonly base: Checkpoint | undefined;
  /** The base's, where it ties its embeddings. */
  readonly tied: TiedRoles | undefined;
  /** Undefined: different numbers of rows are refused. */
  readonly vocabulary?: Vocabulary | undefined;
  /** A tensor that will not be needed is left out where it would fail; default: all are needed. */
  readonly isNeeded?: (tensor: string) => boolean;
}

/**
 * w = θ₊ − θ₋ as terms, for every pairing of checkpoints, adapters, adapters on checkpoints and the base itself
 * (Fierro & Roger, eq. 1). Nothing is read: what both sides share cancels by name.
 * Fails with `unsupported-adapter` where initialisation changed the base under one side, `missing-tensor` where only one side has a tensor, `shape-mismatch`, `unsupported-dtype`, or
 * `base-not-found` where the base's own values are needed and unknown.
 */
export function contrast(request: Contrast, warnings: Warnings): Direction {
  refuseDifferentBases(request);
  const roles = request.tied ?? rolesOfSides(request);
  const tensors = new Map<string, DirectionTensor>();
  for (const name of namesOf(request, roles)) {
    const found = difference({ ...request, tied: roles }, name, warnings);
    if (found !== undefined) tensors.set(name, found);
  }
  return settleHead(request, tensors, warnings);
}

/** Where a fine-tune ties what are two tensors of the base, its one tensor is the value of both. */
function rolesOfSides({ positive, negative, base }: Contrast): TiedRoles | undefined {
  const roles = [positive, negative]
    .map(({ checkpoint }) => checkpoint && tiedRolesOf(checkpoint))
    .find((found) => found !== undefined);
  return roles !== undefined && base?.tensors.has(roles.head) === false ? undefined : roles;
}

/** In the base's order, then what only the fine-tunes have; a tied head comes later. */
function namesOf(
  { positive, negative, base, tied }: Contrast,
  roles: TiedRoles | undefined,
): ReadonlySet<string> {
  const touched = new Set([...touchedNames(positive), ...touchedNames(negative)]);
  if (tied !== undefined) touched.delete(tied.head);
  else if (roles !== undefined && touched.has(roles.embedding)) touched.add(roles.head);
  const known = [...(base?.tensors.keys() ?? [])].filter((name) => touched.has(name));
  return new Set([...known, ...touched]);
}

/** A tied head is a tensor of its own only when some fine-tune moved it otherwise than the embedding. */
function settleHead(request: Contrast, tensors: Map<string, DirectionTensor>, warnings: Warnings): Direction {
  const { name, tied } = request;
  if (tied === undefined) return { name, tensors, untied: false };
  const head = difference(request, tied.head, warnings);
  const alike = sameTerms(tensors.get(tied.embedding)?.terms ?? [], head?.terms ?? []);
  if (alike) return { name, tensors, untied: false };
  if (head !== undefined) tensors.set(tied.head, head);
  return { name, tensors, untied: true };
}

function difference(request: Contrast, name: string, warnings: Warnings): DirectionTensor | undefined {
  if (request.isNeeded?.(name) !== false) return moved(request, name, warnings);
  try {
    return moved(request, name, warnings);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

function moved(request: Contrast, name: string, warnings: Warnings): DirectionTensor | undefined {
  const { positive, negative, tied } = request;
  const after = valueOf(positive, name, tied);
  const before = valueOf(negative, name, tied);
  if (after === undefined || before === undefined) {
    if (after !== before) oneSided(request, name, after === undefined ? positive : negative, warnings);
    return undefined;
  }
  const resized = resize(request, { name, after, before }, warnings);
  const terms = resized?.terms ?? simplified([...after, ...scaledTerms(before, -1)]);
  if (terms.length === 0) return undefined;
  const shape = resized?.shape ?? agreedShape(request, name, terms);
  return terms.every((term) => isArithmetic(term, name, warnings)) ? { name, shape, terms } : undefined;
}

function resize(
  { vocabulary, base, tied }: Contrast,
  sides: Omit<Resizing, 'base'>,
  warnings: Warnings,
): DirectionTensor | undefined {
  const { name, after, before } = sides;
  const isKnown = ![...after, ...before].flatMap(tensorsOf).some(isUnknown);
  if (vocabulary === undefined || !hasTokenRows(name) || !isKnown) return undefined;
  const own =
    base?.tensors.get(name) ?? (name === tied?.head ? base?.tensors.get(tied.embedding) : undefined);
  return resizedDifference({ ...sides, base: own }, vocabulary, warnings);
}

function agreedShape({ positive, base }: Contrast, name: string, terms: readonly Term[]): readonly number[] {
  const shapes = terms.map((term) => shapeOf(positive, term, name));
  const shape = base?.tensors.get(name)?.shape ?? shapes[0] ?? [];
  const other = shapes.find((found) => found.join() !== shape.join());
  if (other === undefined) return shape;
  const sizes = `tensor "${name}" is [${other.join(', ')}] on one side and [${shape.join(', ')}] on the other`;
  const problem = `${sizes}${rowsApart(name, other, shape)}`;
  throw new ServerError('shape-mismatch', positive.path, problem, { tensor: name });
}

function shapeOf({ path }: FineTune, term: Term, name: string): readonly number[] {
  const tensors = tensorsOf(term);
  const shape = shapeOfTerm(term);
  // Rows know their tensor's height from the base alone.
  const isKnown = !tensors.some(isUnknown) && !(term.kind === 'rows' && shape.length === 0);
  if (isKnown) return shape;
  const problem = `tensor "${name}" cannot be contrasted without the base's values; name the base in the recipe`;
  throw new ServerError('base-not-found', path, problem, { tensor: name });
}

const counters: ReadonlySet<DType> = new Set(['I64', 'I32', 'I16', 'I8', 'U64', 'U32', 'U16', 'U8', 'BOOL']);

/** Dtypes that quantised weights are packed into. */
const packing: ReadonlySet<DType> = new Set(['I32', 'I16', 'I8', 'U32', 'U16', 'U8']);

/** Integer tensors (position ids, masks) are no weights: they are left out, aloud. Quantised ones, and other dtypes, are refused. */
function isArithmetic(term: Term, name: string, warnings: Warnings): boolean {
  const odd = tensorsOf(term).find((tensor) => !isComputable(tensor));
  if (odd === undefined) return true;
  if (odd.packed !== undefined) {
    const why = `tensor "${name}" ${packedProblem(odd.packed)}`;
    throw new ServerError('unsupported-dtype', odd.file, why, { tensor: name });
  }
  if (term.kind === 'dense' && counters.has(odd.dtype) && !isPacked(odd)) {
    const message = `"${name}" holds ${odd.dtype} values, which are no weights; the direction leaves it out.`;
    warnings.add({ code: 'integer-tensor', message, file: odd.file, tensor: name });
    return false;
  }
  const remedy =
    odd.layout?.kind === 'strided' ? 'save it with contiguous()' : 'use an unquantised copy, or adapters';
  const problem = `tensor "${name}" ${whyNotComputable(odd)}, which cannot be subtracted; ${remedy}`;
  throw new ServerError('unsupported-dtype', odd.file, problem, { tensor: name });
}

/** Matrices of narrow integers are weights that were quantised; their scales alone would be a wrong difference. */
function isPacked({ name, dtype, shape }: StoredTensor): boolean {
  return shape.length === 2 && packing.has(dtype) && !computed.test(name);
}

/** What is stored although it is computed: rotary frequencies, by older versions and in GGUF, and GPT-2's causal masks. */
const computed =
  /(\.rotary_emb\.inv_freq|\.attn\.(masked_)?bias|^rope_(freqs|factors_long|factors_short)\.weight)$/;

function oneSided(
  { positive, negative }: Contrast,
  name: string,
  lacking: FineTune,
  warnings: Warnings,
): void {
  const having = lacking === positive ? negative : positive;
  const problem = `has no tensor "${name}", which ${having.label} (${having.path}) has`;
  if (!computed.test(name)) throw new ServerError('missing-tensor', lacking.path, problem, { tensor: name });
  const message = `${lacking.path} ${problem}; it is computed from the configuration, and left out.`;
  warnings.add({ code: 'computed-tensor', message, file: lacking.path, tensor: name });
}
