import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FloatDType, NumericDType } from '#protocol/tensors.ts';
import type { FactorOperand, Operand } from '../../../server/work/job.ts';
import { roundTo } from './reference.ts';

const bytesOf = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;

/** A folder with one input file that grows by operands, and outputs; gone when disposed of. */
export class Files implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'work-'));
  readonly input = join(this.folder, 'input');
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #outputs = 0;

  /** Odd places, so that nothing relies on alignment in files. */
  add<D extends FloatDType>(dtype: D, values: readonly number[]): Operand<D> {
    return this.raw(dtype, encode(dtype, values));
  }

  raw<D extends NumericDType>(dtype: D, bytes: Uint8Array): Operand<D> {
    this.#append(new Uint8Array(1 + (this.#size % 3)));
    const offset = this.#size;
    this.#append(bytes);
    return { file: 0, offset, dtype };
  }

  /** A matrix [rows, columns] given row by row, stored transposed where wanted. */
  factor(
    dtype: FloatDType,
    values: readonly number[],
    shape: readonly [number, number],
    transposed: boolean,
  ): FactorOperand {
    const [rows, columns] = shape;
    if (!transposed) return { operand: this.add(dtype, values), rows, columns, transposed };
    const turned = Array.from(values, (_, n) => values[(n % rows) * columns + Math.floor(n / rows)]!);
    return { operand: this.add(dtype, turned), rows: columns, columns: rows, transposed };
  }

  /** Writes the input; call it once, before the job. */
  save(): string {
    writeFileSync(this.input, Buffer.concat(this.#chunks));
    return this.input;
  }

  output(bytes: number): string {
    const path = join(this.folder, `output-${this.#outputs++}`);
    writeFileSync(path, new Uint8Array(bytes).fill(0xaa));
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #append(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
  }
}

/** The values of a file, decoded. */
export function read(path: string, dtype: FloatDType): number[] {
  return decode(dtype, readFileSync(path));
}

function encode(dtype: FloatDType, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * bytesOf[dtype]);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => write(view, dtype, index, roundTo(dtype, value)));
  return bytes;
}

function write(view: DataView, dtype: FloatDType, index: number, value: number): void {
  if (dtype === 'F64') view.setFloat64(index * 8, value, true);
  else if (dtype === 'F32') view.setFloat32(index * 4, value, true);
  else if (dtype === 'F16') view.setFloat16(index * 2, value, true);
  else {
    const float = new DataView(new ArrayBuffer(4));
    float.setFloat32(0, value);
    view.setUint16(index * 2, float.getUint16(0), true);
  }
}

function decode(dtype: FloatDType, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / bytesOf[dtype] }, (_, index) => {
    if (dtype === 'F64') return view.getFloat64(index * 8, true);
    if (dtype === 'F32') return view.getFloat32(index * 4, true);
    if (dtype === 'F16') return view.getFloat16(index * 2, true);
    const float = new DataView(new ArrayBuffer(4));
    float.setUint16(0, view.getUint16(index * 2, true));
    return float.getFloat32(0);
  });
}
