import { dirname, join } from 'node:path';

/** What a model's page shows of texts beside its weights. */
const texts = [
  'config.json',
  'adapter_config.json',
  'direction.json',
  'steering.json',
  'tokenizer_config.json',
  'model.safetensors.index.json',
  'README.md',
];

/**
 * Every file that an opened model's page is made of, where this result is an opened model. Results pass through the
 * panel channel without a type, hence the distrust.
 */
export function openedFiles(result: unknown): readonly string[] | undefined {
  if (typeof result !== 'object' || result === null || !('files' in result)) return undefined;
  if (!('tensors' in result) || !Array.isArray(result.files)) return undefined;
  const weights = result.files.map(pathOf).filter((path) => path !== undefined);
  const folders = new Set(weights.map((path) => dirname(path)));
  return [...weights, ...[...folders].flatMap((folder) => texts.map((name) => join(folder, name)))];
}

function pathOf(file: unknown): string | undefined {
  const isFile = typeof file === 'object' && file !== null && 'path' in file;
  return isFile && typeof file.path === 'string' ? file.path : undefined;
}
