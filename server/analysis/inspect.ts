import { relative } from 'node:path';
import type { InspectResult } from '#protocol/results.ts';
import type { TensorInfo } from '#protocol/tensors.ts';
import type { Model } from '../models/model.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { adapterFacts } from './adapterFacts.ts';
import { storedTensors } from './storedTensors.ts';

/** What headers and configurations say of a model, whatever its size; tensors in the order of the files and their data. */
export function inspect(model: Model): InspectResult {
  const tensors = storedTensors(model);
  return {
    kind: isFile(model) ? 'file' : model.kind,
    path: model.path,
    format: formatOf(tensors),
    parameters: tensors.reduce((sum, { shape }) => sum + (elementCount(shape) ?? Number.NaN), 0),
    bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    tensors: tensors.map((tensor) => toInfo(tensor, model)),
    config: configOf(model),
    adapter: model.kind === 'adapter' ? model.config.raw : null,
    ...(model.kind === 'adapter' && { facts: adapterFacts(model) }),
    ...quantizationIn(model),
    ...(model.kind === 'run' && { checkpoints: model.checkpoints }),
  };
}

function quantizationIn(model: Model): Pick<InspectResult, 'quantization'> {
  if (model.kind !== 'checkpoint' || model.quantization === undefined) return {};
  const { method, bits, description } = model.quantization;
  return { quantization: { method, bits, description } };
}

/** A checkpoint that is a single file outside a model's folder. */
function isFile(model: Model): boolean {
  return model.kind === 'checkpoint' && model.files[0]?.path === model.path;
}

function toInfo({ name, dtype, shape, bytes, file }: StoredTensor, model: Model): TensorInfo {
  const inFolder = relative(model.path, file).replaceAll('\\', '/');
  return { name, dtype, shape, bytes, file: inFolder === '' ? file : inFolder };
}

/** By the names of the weights files: the readers have checked what is in them. */
function formatOf(tensors: readonly StoredTensor[]): InspectResult['format'] {
  const formats = new Set(tensors.map(({ file }) => formatOfFile(file)));
  const [first = 'safetensors'] = formats;
  return formats.size > 1 ? 'mixed' : first;
}

function formatOfFile(file: string): InspectResult['format'] {
  if (/\.gguf$/i.test(file)) return 'gguf';
  return /\.(bin|pt|pth|ckpt)$/i.test(file) ? 'pickle' : 'safetensors';
}

function configOf(model: Model): InspectResult['config'] {
  if (model.kind === 'checkpoint') return model.config ?? null;
  return model.kind === 'direction' ? { ...model.manifest } : null;
}
