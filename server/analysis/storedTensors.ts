import { partsOf } from '../models/factorParts.ts';
import type { Adapter, Model } from '../models/model.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

/** Every tensor in a model's own files, by the names they have there; none for a training run. */
export function storedTensors(model: Model): readonly StoredTensor[] {
  switch (model.kind) {
    case 'checkpoint':
      return [...(model.quantization?.stored ?? model.tensors).values()];
    case 'adapter':
      return tensorsOf(model);
    case 'direction':
      return [...(model.adapter === undefined ? [] : tensorsOf(model.adapter)), ...model.dense.values()];
    case 'run':
      return [];
  }
}

/** In the order of the files and of the data in each. */
function tensorsOf(adapter: Adapter): readonly StoredTensor[] {
  const { factors, whole, parameters = [], experts = [], files } = adapter;
  const pairs = [...parameters.flatMap((of) => of.pairs), ...experts].flatMap(({ A, B }) => [A, B]);
  const stored = [...factors.flatMap(partsOf), ...pairs, ...whole.map((tensor) => tensor.stored)];
  const order = new Map(files.map(({ path }, index) => [path, index]));
  const distinct = new Map(stored.map((tensor) => [JSON.stringify([tensor.file, tensor.name]), tensor]));
  return [...distinct.values()].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.offset - b.offset,
  );
}
