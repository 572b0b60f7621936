import { open } from 'node:fs/promises';
import { type FileSource, openFile } from '../../bytes/fileSource.ts';
import { writing } from '../../bytes/ioFailure.ts';
import { openScratchFile } from '../../bytes/scratchFile.ts';
import { ServerError } from '../../errors.ts';
import { bitsOf } from '../../tensors/dtype.ts';
import { quote } from '../../tensors/jsonScanner.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { gatherView, type Piece } from './gatherView.ts';

/** Bytes put in order at once. */
const mostBytes = 2 ** 25;
/** A view may repeat what it shows; a copy of it has so many bytes more than its file at most. */
const mostRepeated = 2 ** 28;

/** A tensor whose elements lie row by row; what was made for that is gone when it is disposed of. */
export interface LaidOut extends AsyncDisposable {
  readonly tensor: StoredTensor;
}

/** A view in order, in a scratch file; every other tensor as it is. Errors: those of reading and writing; `too-large`. */
export async function layOutView(tensor: StoredTensor, signal?: AbortSignal): Promise<LaidOut> {
  if (tensor.layout?.kind !== 'strided') return { tensor, [Symbol.asyncDispose]: async () => {} };
  const [rows, columns] = [tensor.shape.at(-2) ?? 1, tensor.shape.at(-1) ?? 1];
  const slices = tensor.shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const pieces = matrices(slices, { row: 0, rows, column: 0, columns });
  return await copy(tensor, { pieces, shape: tensor.shape }, signal);
}

/** A window of one matrix of a view by itself. Errors: as of `layOutView`. */
export async function layOutWindow(view: StoredTensor, piece: Piece, signal?: AbortSignal): Promise<LaidOut> {
  return await copy(view, { pieces: [piece], shape: [piece.rows, piece.columns] }, signal);
}

function* matrices(slices: number, window: Omit<Piece, 'slice'>): Generator<Piece> {
  for (let slice = 0; slice < slices; slice++) yield { slice, ...window };
}

interface Wanted {
  readonly pieces: Iterable<Piece>;
  readonly shape: readonly number[];
}

async function copy(
  view: StoredTensor,
  { pieces, shape }: Wanted,
  signal: AbortSignal | undefined,
): Promise<LaidOut> {
  const { layout: _, ...plain } = view;
  const width = bitsOf(view.dtype) / 8;
  const bytes = shape.reduce((product, size) => product * size, width);
  await using source = await openFile(view.file, signal);
  if (bytes > source.size + mostRepeated) throw tooLarge(view, bytes, source.size);
  const scratch = await openScratchFile(bytes);
  try {
    await fill(scratch.path, parts(pieces, width), (part) => gatherView(source, view, part, signal));
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
  const tensor = { ...plain, shape, bytes, file: scratch.path, offset: 0 };
  return { tensor, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

/** In the order of the copy: whole rows together, of rows that are longer one part after another. */
function* parts(pieces: Iterable<Piece>, width: number): Generator<Piece> {
  const most = mostBytes / width;
  for (const { slice, row, rows, column, columns } of pieces) {
    const [down, across] = [Math.max(1, Math.floor(most / Math.max(1, columns))), Math.min(columns, most)];
    for (let y = 0; y < rows; y += down) {
      for (let x = 0; x < columns; x += across) {
        const size = { rows: Math.min(down, rows - y), columns: Math.min(across, columns - x) };
        yield { slice, row: row + y, column: column + x, ...size };
      }
    }
  }
}

async function fill(
  path: string,
  pieces: Iterable<Piece>,
  bytesOf: (piece: Piece) => Promise<Uint8Array>,
): Promise<void> {
  await using file = await open(path, 'r+');
  let at = 0;
  for (const piece of pieces) {
    const bytes = await bytesOf(piece);
    await writing(path, async () => {
      for (let done = 0; done < bytes.length;) {
        done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
    });
    at += bytes.length;
  }
}

function tooLarge({ name, file, shape }: StoredTensor, bytes: number, size: FileSource['size']): ServerError {
  const problem = `tensor ${quote(name)} [${shape.join(', ')}] is a view that repeats its values: ${bytes} bytes of a file of ${size}`;
  return new ServerError('too-large', file, problem, { tensor: name });
}
