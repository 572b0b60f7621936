import { join } from 'node:path';
import { readTokenizerFile } from '../models/tokenizerFile.ts';
import { TextTokenizer } from './tokenizers/textTokenizer.ts';

/**
 * The tokenizer of a model's folder: byte-pair encoding and unigrams, whose ids are those of Hugging Face's; what is not
 * done exactly is `unsupported-format` by name.
 */
export async function openTokenizer(folder: string, signal: AbortSignal): Promise<TextTokenizer> {
  const path = join(folder, 'tokenizer.json');
  return new TextTokenizer(path, await readTokenizerFile(path, signal));
}
