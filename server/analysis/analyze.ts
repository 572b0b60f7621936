import { isComputable } from '../tensors/computable.ts';
import type { Warning } from '#protocol/failure.ts';
import type { TensorPlace } from '#protocol/analysis.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { Contrast } from '../directions/contrast.ts';
import type { RemovalReport, TruncationReport } from '#protocol/rollups.ts';
import type { TiedRoles } from '../directions/fineTune.ts';
import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction, DirectionTensor } from '../directions/term.ts';
import { inputsReport } from '../directions/survival.ts';
import { survivalPair } from '../directions/survivalPair.ts';
import { isLowRank, totalRank } from '../directions/terms.ts';
import type { Checkpoint } from '../models/model.ts';
import { placeOf } from '../models/placeOf.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Warnings } from '../warnings.ts';
import type { Job, RunOptions, Statistics } from '../work/job.ts';
import { emptyStatistics } from '../work/statistics.ts';
import type { AnalysisOptions } from './analysisOptions.ts';
import { ContrastItems } from './contrastFacts.ts';
import { bytesOf, costOf, decompose, type DecomposeOptions, isDecomposable } from './decompose.ts';
import type { Decomposition } from './decomposition.ts';
import { finite } from './finite.ts';
import { itemsAsTheyCome } from './itemsAsTheyCome.ts';
import { rollUp } from './rollUp.ts';
import { inTwo } from './inTwo.ts';
import { denseFacts, factorFacts } from './spectrum.ts';

export interface Analyzed {
  readonly direction: Direction;
  /** Undefined: norms cannot be put into relation, and a warning says so. */
  readonly base: Checkpoint | undefined;
  /** The base's, where it ties its embeddings. */
  readonly tied: TiedRoles | undefined;
  /** Of the model. */
  readonly layers: number;
  /** Of what the direction is made of; absent: of none. */
  readonly contrasts?: readonly Contrast[];
  /** What was projected out of the direction, and what was left out of it; absent: nothing. */
  readonly removal?: readonly RemovalReport[];
  readonly truncation?: readonly TruncationReport[];
}

export interface AnalyzeOptions extends AnalysisOptions {
  /** Called once, before anything is read: what there will be a row for. */
  readonly onPlan?: (tensors: readonly TensorPlace[]) => void;
  /** Called for every tensor that has elements, once, as soon as it is finished; the result has the same again. */
  readonly onTensor?: (tensor: TensorAnalysis) => void;
  /** Whether dense matrices have a spectrum too. Default: where that takes seconds for all of them. */
  readonly spectra?: boolean | undefined;
}

/**
 * Size and shape of w on every tensor. Low-rank tensors are never multiplied out: norm and spectrum come from their
 * factors, in float64. Of dense ones the norm comes first, and a spectrum where it is wanted.
 */
export async function analyze(analyzed: Analyzed, options: AnalyzeOptions): Promise<AnalyzeResult> {
  const { direction, layers } = analyzed;
  const { work, signal, warnings } = options;
  if (analyzed.base === undefined) warnings.add(baseUnknown(direction));
  const builder = new JobBuilder();
  const contrast = new ContrastItems(builder, analyzed.contrasts ?? [], warnings);
  const planned = inOrder(analyzed).map((tensor) => {
    const one = plan(builder, tensor, analyzed, warnings);
    contrast.add(tensor.name);
    return one;
  });
  contrast.addOthers();
  options.onPlan?.(planned.map(({ tensor, spectrum }) => toPlace(tensor, spectrum !== undefined)));
  const job = builder.job([]);
  const later = planned.filter(hasDenseSpectrum(planned, options.spectra));
  const progress = inTwo(options.report, bytesOf(later.map(({ tensor }) => tensor)));
  const waiting = new Set(later);
  const now = planned.filter((one) => !waiting.has(one));
  const statistics = await work.run(job, {
    signal,
    report: progress.first,
    ...(options.onTensor !== undefined && { onUnit: tensorsAsTheyCome(job, now, options.onTensor) }),
  });
  const spectra = await spectraOf(later, {
    work,
    signal,
    report: progress.second,
    onSpectrum: (one, spectrum) => options.onTensor?.(toAnalysis(one, statistics, spectrum)),
  });
  const measured = planned.map((one) => toAnalysis(one, statistics, spectra.get(one)));
  for (const { name, norm } of measured) if (norm === null) warnings.add(notFinite(name));
  const squares = measured.reduce((sum, { norm }) => sum + (norm ?? Number.NaN) ** 2, 0);
  const tensors = measured.map((one) => ({ ...one, share: finite((one.norm ?? Number.NaN) ** 2 / squares) }));
  return {
    name: direction.name,
    norm: finite(Math.sqrt(squares)),
    layers,
    tensors,
    rollups: rollUp(tensors),
    contrast: contrast.facts(statistics),
    inputs: inputsReport(statistics.values()),
    truncation: analyzed.truncation ?? [],
    ...((analyzed.removal ?? []).length > 0 && { removal: analyzed.removal }),
  };
}

interface SpectraOptions extends Omit<DecomposeOptions, 'done'> {
  /** Called with each spectrum as it comes. */
  readonly onSpectrum: (one: Planned, spectrum: Decomposition) => void;
}

/** Of dense tensors. */
async function spectraOf(
  planned: readonly Planned[],
  { onSpectrum, ...options }: SpectraOptions,
): Promise<ReadonlyMap<Planned, Decomposition>> {
  const spectra = new Map<Planned, Decomposition>();
  const done = (index: number, decomposition: Decomposition) => {
    const one = planned[index];
    if (one === undefined) return;
    spectra.set(one, decomposition);
    onSpectrum(one, decomposition);
  };
  await decompose(
    planned.map(({ tensor }) => tensor),
    { ...options, done },
  );
  return spectra;
}

/** A tensor with the numbers of its items in the job. */
interface Planned {
  readonly tensor: DirectionTensor;
  /** Where all of w is low-rank. */
  readonly spectrum: number | undefined;
  /** Of the base's values, and of w where there is no spectrum. */
  readonly measurement: number | undefined;
  readonly hasBase: boolean;
}

/** Multiplications for the dense spectra of a whole direction that nobody has to ask for: some seconds. */
const soon = 2 ** 32;

/** Which dense tensors have a spectrum. */
function hasDenseSpectrum(planned: readonly Planned[], spectra: boolean | undefined) {
  const isDense = ({ tensor, spectrum }: Planned) =>
    spectrum === undefined && isDecomposable(tensor) && elementCount(tensor.shape) !== 0;
  const cost = planned.filter(isDense).reduce((sum, { tensor }) => sum + costOf(tensor), 0);
  const wanted = spectra ?? cost <= soon;
  return (one: Planned) => wanted && isDense(one);
}

function inOrder({ direction, base }: Analyzed): readonly DirectionTensor[] {
  const order = new Map([...(base?.tensors.keys() ?? [])].map((name, index) => [name, index]));
  const rank = ({ name }: DirectionTensor) => order.get(name) ?? order.size;
  return [...direction.tensors.values()].toSorted((a, b) => rank(a) - rank(b));
}

function plan(builder: JobBuilder, tensor: DirectionTensor, analyzed: Analyzed, warnings: Warnings): Planned {
  const { name, shape, terms } = tensor;
  const matrix = { name, ...asMatrix(shape) };
  const source = sourceOf(name, analyzed, warnings);
  const hasBase = source !== undefined;
  const spectrum = terms.every(isLowRank)
    ? builder.add({ kind: 'spectrum', ...matrix, terms: terms.map((term) => builder.lowRank(term)) })
    : undefined;
  if (spectrum !== undefined && !hasBase) return { tensor, spectrum, measurement: undefined, hasBase };
  const moving = spectrum === undefined ? terms.map((term) => builder.term(term)) : [];
  const survival = survivalPair(moving);
  const measurement = builder.add({
    kind: 'steer',
    ...matrix,
    ...(hasBase && { source: builder.operand(source) }),
    fixed: [],
    moving,
    dtype: 'F32', // Products are then of float64, whatever the device.
    places: [],
    ...(survival !== undefined && { survival }),
  });
  return { tensor, spectrum, measurement, hasBase };
}

/** The base's values; a tied head has the embedding's. Quantised ones have no norm, which a warning says. */
function sourceOf(name: string, { base, tied }: Analyzed, warnings: Warnings): StoredTensor | undefined {
  const stored = base?.tensors.get(name === tied?.head && !base.tensors.has(name) ? tied.embedding : name);
  if (stored === undefined || isComputable(stored)) return stored;
  const message = `"${name}" holds ${stored.packed ?? stored.dtype} values in the base, so the size of the direction there has nothing to be compared with.`;
  warnings.add({ code: 'quantised-base', message, file: stored.file, tensor: name });
  return undefined;
}

/** A tensor is finished when the last of its items is. */
function tensorsAsTheyCome(
  job: Job,
  planned: readonly Planned[],
  onTensor: (tensor: TensorAnalysis) => void,
): NonNullable<RunOptions['onUnit']> {
  const known = new Map<number, Statistics>();
  const ofItem = new Map(planned.flatMap((one) => itemsOf(one).map((item) => [item, one])));
  return itemsAsTheyCome(job, (item, statistics) => {
    known.set(item, statistics);
    const one = ofItem.get(item);
    if (one !== undefined && itemsOf(one).every((each) => known.has(each))) onTensor(toAnalysis(one, known));
  });
}

function itemsOf({ spectrum, measurement }: Planned): readonly number[] {
  return [spectrum, measurement].filter((item) => item !== undefined);
}

function toPlace({ name, shape, terms }: DirectionTensor, hasSpectrum: boolean): TensorPlace {
  const { layer, module, group } = placeOf(name);
  return { name, layer: layer ?? null, module, group, shape, rank: hasSpectrum ? totalRank(terms) : null };
}

function toAnalysis(
  { tensor, spectrum, measurement, hasBase }: Planned,
  statistics: ReadonlyMap<number, Statistics>,
  decomposition?: Decomposition,
): TensorAnalysis {
  const measured = statisticsOf(measurement, statistics);
  const sigma = statisticsOf(spectrum, statistics).singularValues;
  const facts = sigma === undefined ? denseFacts(measured, decomposition) : factorFacts(sigma);
  const baseNorm = hasBase && measured.notFinite === 0 ? Math.sqrt(measured.sourceSquares) : Number.NaN;
  return {
    ...toPlace(tensor, spectrum !== undefined),
    norm: finite(facts.norm),
    baseNorm: finite(baseNorm),
    relativeNorm: finite(facts.norm / baseNorm),
    share: null, // Of a whole that is not known yet.
    stableRank: facts.stableRank,
    effectiveRank: facts.effectiveRank,
    singularValues: facts.singularValues,
    energy: facts.energy,
    spectrum: facts.spectrum,
    spectrumError: facts.spectrumError,
  };
}

/** Zeros for an item without elements, of which no statistics come back. */
function statisticsOf(item: number | undefined, statistics: ReadonlyMap<number, Statistics>): Statistics {
  return (item === undefined ? undefined : statistics.get(item)) ?? emptyStatistics(0);
}

function baseUnknown({ name }: Direction): Warning {
  const message = `The base of ${name} is not known, so norms are not put in relation to it. Name it in the recipe (base: …).`;
  return { code: 'no-relative-norms', message };
}

function notFinite(tensor: string): Warning {
  const message = `The direction has values on "${tensor}" that are NaN or infinite, so it has no norm there.`;
  return { code: 'not-finite', message, tensor };
}
