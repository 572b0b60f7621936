import { expect, test } from 'vitest';
import { openedFiles } from '../../../extension/editors/openedFiles.ts';
import { weightsIn } from '../../../extension/editors/weightsIn.ts';
import { sampleModel } from '../../support/viewerSamples.ts';

test.each([
  [
    ['config.json', 'model-00001-of-00002.safetensors', 'model.safetensors.index.json'],
    'model.safetensors.index.json',
  ],
  [['a.safetensors', 'model.safetensors'], 'model.safetensors'],
  [['adapter_config.json', 'adapter_model.safetensors'], 'adapter_model.safetensors'],
  [['b.gguf', 'a.gguf', 'training_args.bin'], 'a.gguf'],
  [['optimizer.pt', 'pytorch_model.bin'], 'pytorch_model.bin'],
  [['README.md'], undefined],
])('of %j, %s is opened as the model', (names, file) => {
  expect(weightsIn(names)).toBe(file);
});

test('the files of an opened model are watched, and texts beside them; other results are none', () => {
  const files = openedFiles(sampleModel({ layers: 1, files: 2 }));
  expect(files).toContain('/work/qwen/model-00002-of-00002.safetensors');
  expect(files).toContain('/work/qwen/config.json');
  for (const other of [null, 7, { files: [] }, { tensors: {}, files: 'x' }])
    expect(openedFiles(other)).toBeUndefined();
});
