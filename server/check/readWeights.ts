import type { Finding } from '#protocol/check.ts';
import { type FileSource, openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { containerOf } from '../tensors/container.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { placed, readHeader, type SafetensorsFile } from '../tensors/safetensorsHeader.ts';
import { readTorchFile } from '../tensors/torch/torchFile.ts';
import { finding, findingOf, listed } from './finding.ts';

/** A weights file, or what is wrong with it. */
export interface WeightsRead {
  /** Absolute. */
  readonly path: string;
  /** Undefined where the file is not fit to be read. */
  readonly file: WeightsHeader | undefined;
  readonly problems: readonly Finding[];
}

export type WeightsHeader = Pick<SafetensorsFile, 'tensors' | 'metadata' | 'headerSha256'>;

export interface ReadWeightsOptions {
  readonly readsPickles: boolean;
  readonly signal: AbortSignal;
}

/** Reads a header; where it is refused, says everything that is wrong with it. */
export async function readWeights(
  path: string,
  { readsPickles, signal }: ReadWeightsOptions,
): Promise<WeightsRead> {
  try {
    const isPickle = containerOf(path) === 'pickle';
    if (isPickle && !readsPickles) throw untrusted(path);
    await using source = await openFile(path, signal);
    return isPickle ? await readPickle(source, signal) : await readPlaced(source, signal);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { path, file: undefined, problems: [findingOf(error)] };
  }
}

async function readPickle(source: FileSource, signal: AbortSignal): Promise<WeightsRead> {
  const file = { ...(await readTorchFile(source, signal)), metadata: new Map<string, string>() };
  return { path: source.name, file, problems: [] };
}

/** All holes, overlaps and ends where there are any. */
async function readPlaced(source: FileSource, signal: AbortSignal): Promise<WeightsRead> {
  const { name: path, size } = source;
  const header = await readHeader(source, signal);
  try {
    return { path, file: placed(source, header), problems: [] };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const problems = describePlaces(path, header.entries, size - 8 - header.headerBytes);
    return { path, file: undefined, problems: problems.length > 0 ? problems : [findingOf(error)] };
  }
}

function untrusted(path: string): ServerError {
  const problem = 'is a PyTorch pickle, which is not read in a window that does not trust its folders';
  return new ServerError('untrusted-workspace', path, problem);
}

interface Entry {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

function describePlaces(path: string, entries: readonly Entry[], available: number): readonly Finding[] {
  const sorted = entries.toSorted((one, other) => one.begin - other.begin || one.end - other.end);
  const beyond = sorted.filter(({ end }) => end > available);
  const last = Math.max(0, ...sorted.slice(-1).map(({ end }) => end), ...beyond.map(({ end }) => end));
  return [
    ...(beyond.length === 0 ? [] : [truncated(path, beyond, { available, last })]),
    ...neighbours(path, sorted),
    ...(available > last ? [finding('trailing-bytes', path, trailing(available - last))] : []),
  ];
}

function truncated(
  path: string,
  beyond: readonly Entry[],
  { available, last }: { readonly available: number; readonly last: number },
): Finding {
  const message =
    `The file is cut off: it has ${available} data bytes of ${last}, and ${beyond.length} of its tensors end beyond them: ` +
    `${listed(beyond.map(({ name }) => name))}. Copy or download it again.`;
  return finding('truncated-file', path, message, { tensor: beyond[0]?.name ?? '' });
}

function trailing(bytes: number): string {
  return `${bytes} bytes after the last tensor belong to none.`;
}

const mostNeighbours = 20;

function neighbours(path: string, sorted: readonly Entry[]): readonly Finding[] {
  const found: Finding[] = [];
  let covered = 0;
  let before = '';
  for (const { name, begin, end } of sorted) {
    if (found.length === mostNeighbours) break;
    if (begin > covered)
      found.push(
        finding(
          'hole-in-file',
          path,
          `Data bytes ${covered} to ${begin}, before ${quote(name)}, belong to no tensor.`,
          {
            tensor: name,
          },
        ),
      );
    if (begin < covered)
      found.push(
        finding(
          'overlapping-tensors',
          path,
          `${quote(name)} begins at data byte ${begin}, inside ${quote(before)}, which ends at ${covered}.`,
          {
            tensor: name,
          },
        ),
      );
    if (end > covered) [covered, before] = [end, name];
  }
  return found;
}
