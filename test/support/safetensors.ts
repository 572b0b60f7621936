import type { DType } from '#protocol/tensors.ts';

export type TensorSpec = Record<string, { dtype: DType; shape: number[]; bytes: number | Uint8Array }>;

/** Builds a file from tensor specs, or from a raw header when the test is about a bad one. */
export function safetensors(
  spec: TensorSpec | string,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  if (typeof spec === 'string') return assemble(spec, []);
  const data: Uint8Array[] = [];
  let end = 0;
  const header = Object.entries(spec).map(([name, { dtype, shape, bytes }]) => {
    const chunk = typeof bytes === 'number' ? new Uint8Array(bytes) : bytes;
    data.push(chunk);
    return [name, { dtype, shape, data_offsets: [end, (end += chunk.length)] }];
  });
  const described = metadata === undefined ? [] : [['__metadata__', metadata]];
  return assemble(JSON.stringify(Object.fromEntries([...described, ...header])), data);
}

function assemble(header: string, data: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(header);
  const size = data.reduce((sum, chunk) => sum + chunk.length, 8 + json.length);
  const file = new Uint8Array(size);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const chunk of data) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}
