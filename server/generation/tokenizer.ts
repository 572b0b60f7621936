import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { ServerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../models/jsonFile.ts';
import { readTokenizerFile } from '../models/tokenizerFile.ts';

/** What JavaScript's `\s` has and lacks, against Unicode's White_Space, which Rust's has. */
const spaces: readonly (readonly [RegExp, string])[] = [
  [/(?<!\\)((?:\\\\)*)\\s/g, String.raw`$1\p{White_Space}`],
  [/(?<!\\)((?:\\\\)*)\\S/g, String.raw`$1\P{White_Space}`],
];

/**
 * The tokenizer of a model's folder. Byte-level BPE alone, whose ids are those of Hugging Face's; others are
 * `unsupported-format` by name.
 */
export async function openTokenizer(folder: string, signal: AbortSignal): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  const json = await readTokenizerFile(path, signal);
  refuseOthers(path, json);
  // By default the library drops spaces before points and apostrophes, as transformers once did.
  return new Tokenizer(withUnicodeSpaces(json), { clean_up_tokenization_spaces: false });
}

function refuseOthers(path: string, json: JsonObject): void {
  const model = isJsonObject(json['model']) ? json['model'] : {};
  const decoder = isJsonObject(json['decoder']) ? json['decoder'] : {};
  if (model['type'] !== 'BPE' || decoder['type'] !== 'ByteLevel') {
    const found = `${String(model['type'])} with the decoder ${String(decoder['type'])}`;
    throw new ServerError(
      'unsupported-format',
      path,
      `is a tokenizer of the kind ${found}; byte-level BPE is known`,
    );
  }
  const added = Array.isArray(json['added_tokens']) ? json['added_tokens'] : [];
  const alone = added.find((token) => isJsonObject(token) && token['single_word'] === true);
  if (alone !== undefined)
    throw new ServerError('unsupported-format', path, 'has a token that counts as a single word only');
  if (JSON.stringify(json['pre_tokenizer']).includes('"use_regex":true'))
    throw new ServerError(
      'unsupported-format',
      path,
      'splits text by the rules of GPT-2, which are not read yet',
    );
}

function withUnicodeSpaces(value: unknown): JsonObject {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    key === 'Regex' && typeof inner === 'string'
      ? spaces.reduce((pattern, [from, to]) => pattern.replace(from, to), inner)
      : inner,
  );
  const changed: unknown = JSON.parse(text);
  return isJsonObject(changed) ? changed : {};
}
