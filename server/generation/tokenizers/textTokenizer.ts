import type { JsonObject } from '../../models/jsonFile.ts';
import { bounded } from '../bounded.ts';
import { AddedTokens } from './addedTokens.ts';
import { bpeOf } from './bpe.ts';
import { type Decoder, decoderOf } from './decoders.ts';
import { normalizerOf } from './normalizers.ts';
import { Part } from './part.ts';
import { type PostProcessor, postProcessorOf } from './postProcessor.ts';
import { type PreTokenizer, preTokenizerOf } from './preTokenizers.ts';
import { unigramOf } from './unigram.ts';
import type { TokenModel } from './vocabulary.ts';

export interface Encoding {
  readonly ids: number[];
}

/** What a `tokenizer.json` says, done as `tokenizers` (Hugging Face) does it, without cutting or filling texts; its methods have that library's names. */
export class TextTokenizer {
  readonly #path: string;
  readonly #added: AddedTokens;
  readonly #preTokenize: PreTokenizer;
  readonly #model: TokenModel;
  readonly #postProcess: PostProcessor;
  readonly #decode: Decoder;
  readonly #tokens = new Map<number, string>();

  /** Errors: `unsupported-format` by the name of what is not done exactly, `invalid-config`. */
  constructor(path: string, json: JsonObject) {
    this.#path = path;
    const whole = new Part(path, json);
    this.#model = modelOf(whole);
    this.#added = new AddedTokens(whole.parts('added_tokens'), normalizerOf(whole.part('normalizer')));
    this.#preTokenize = preTokenizerOf(whole.part('pre_tokenizer'));
    this.#postProcess = postProcessorOf(whole.part('post_processor'));
    this.#decode = decoderOf(whole.part('decoder'));
    for (const [token, id] of this.#model.ids) this.#tokens.set(id, token);
    for (const [id, content] of this.#added.contents) this.#tokens.set(id, content);
  }

  /** With what the tokenizer puts around every text, such as a token that begins it. `too-large` where its patterns do not end. */
  encode(text: string, options: { readonly add_special_tokens?: boolean } = {}): Encoding {
    const ids = bounded(this.#path, () => this.#idsOf(text.toWellFormed()));
    return { ids: [...(options.add_special_tokens === false ? ids : this.#postProcess(ids))] };
  }

  #idsOf(text: string): readonly number[] {
    return this.#added.split(text).flatMap((piece) => {
      if ('id' in piece) return [piece.id];
      return this.#preTokenize(piece.text, piece.isFirst).flatMap(this.#model.encode);
    });
  }

  /** Special tokens are written too; ids of none are left out. */
  decode(ids: readonly number[]): string {
    const tokens = ids.map((id) => this.#tokens.get(id)).filter((token) => token !== undefined);
    return this.#decode(tokens).join('');
  }

  id_to_token(id: number): string | undefined {
    return this.#tokens.get(id);
  }
}

function modelOf(whole: Part): TokenModel {
  const model = whole.part('model');
  // Files from before the field have BPE where there are merges.
  const type = model?.text('type') ?? (Array.isArray(model?.json['merges']) ? 'BPE' : undefined);
  if (model !== undefined && type === 'BPE') return bpeOf(model);
  if (model !== undefined && type === 'Unigram') return unigramOf(model);
  throw whole.refuse(`a model of the kind ${type ?? 'unknown'}`);
}
