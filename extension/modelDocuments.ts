import { basename, dirname, join } from 'node:path';
import { isThere } from './isThere.ts';

const names = [
  'config',
  'adapter_config',
  'tokenizer_config',
  'generation_config',
  'model.safetensors.index',
];

/** The JSON files of a model that the server looks at, for a document selector. */
export const modelDocuments = { scheme: 'file', pattern: `**/{${names.join(',')}}.json` };

const weights = [
  'model.safetensors',
  'model.safetensors.index.json',
  'adapter_config.json',
  'direction.json',
];

/** What tells where a document is. */
interface Described {
  readonly uri: { readonly scheme: string; readonly fsPath: string };
}

/** Whether a document is one of them and lies beside a model: elsewhere, files of that name are nothing to us. */
export async function describesModel({ uri }: Described): Promise<boolean> {
  if (uri.scheme !== 'file' || !names.includes(basename(uri.fsPath, '.json'))) return false;
  const folder = dirname(uri.fsPath);
  for (const name of weights) if (await isThere(join(folder, name))) return true;
  return false;
}
