import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a byte-level tokenizer of so many tokens: every byte, then every two bytes, then three until there are enough. */
export function writeTokenizer(folder: string, tokens: number): void {
  const bytes = byteLetters();
  const vocabulary = [...bytes];
  const merges: [string, string][] = [];
  for (let at = 0; vocabulary.length < tokens; at++) {
    const left = vocabulary[Math.floor(at / 256)] ?? '';
    const right = bytes[at % 256] ?? '';
    merges.push([left, right]);
    vocabulary.push(left + right);
  }
  const splits = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: splits,
    post_processor: null,
    decoder: splits,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  const configuration = { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false };
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(configuration));
}

/** GPT-2's letters for bytes: printable ones as they are, the others from U+0100. */
function byteLetters(): readonly string[] {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
    return String.fromCodePoint(isPrintable ? byte : 256 + others++);
  });
}
