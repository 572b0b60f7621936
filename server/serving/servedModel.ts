import type { Sampling } from '#protocol/generation.ts';
import { type Message, renderChat } from '../generation/chatTemplate.ts';
import type { TokenLikelihood } from '../generation/generateTexts.ts';
import { createGenerator, type Generator, planGenerator } from '../generation/generator.ts';
import { TextStream } from '../generation/textStream.ts';
import { openTokenizer } from '../generation/tokenizer.ts';
import { type Along, openNamedModel, type SteeredModel } from '../tasks/steeredModel.ts';
import { stopTokens } from '../tasks/stopTokens.ts';
import type { TaskContext } from '../tasks/taskContext.ts';
import { ApiError } from './apiError.ts';
import type { ModelNames } from './modelNames.ts';
import { type Piece, StoppedText } from './stoppedText.ts';

/** A token of an answer, with what it says alone. */
export interface AnswerToken {
  readonly text: string;
  readonly logprob: number;
  readonly top: readonly { readonly text: string; readonly logprob: number }[];
}

export interface WriteOptions {
  readonly ids: readonly number[];
  /** What the strength of every direction is multiplied by. */
  readonly strength: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly topLogprobs: number;
  readonly stops: readonly string[];
  readonly signal: AbortSignal;
  readonly onPiece: (piece: Piece<AnswerToken>) => void;
}

interface Loaded {
  readonly generator: Generator;
  readonly tokenizer: Awaited<ReturnType<typeof openTokenizer>>;
  readonly stops: ReadonlySet<number>;
}

/** A steered model in memory, that writes and reads at any strength; for one request after another. */
export class ServedModel implements AsyncDisposable {
  readonly names: ModelNames;
  readonly #model: SteeredModel;
  readonly #loaded: Loaded;

  /** Loads it. Errors: those of the recipe, the tokenizer and the graph. */
  static async open(name: string, along: Along, context: TaskContext): Promise<ServedModel> {
    const model = await openNamedModel(name, along, context);
    const tokenizer = await openTokenizer(model.place, context.signal);
    const stops = await stopTokens(model.place, context.signal);
    const generator = await createGenerator(await planGenerator(model.steered, context.signal));
    return new ServedModel(model, { generator, tokenizer, stops });
  }

  private constructor(model: SteeredModel, loaded: Loaded) {
    const { recipe, steerings } = model;
    this.names = { name: steerings.length === 0 ? undefined : recipe.name, strengths: recipe.strengths };
    this.#model = model;
    this.#loaded = loaded;
  }

  /** Equal where the same seed gives the same text. */
  get fingerprint(): string {
    return `fp_${this.#loaded.generator.identity.slice(0, 12)}`;
  }

  encodeText(text: string): readonly number[] {
    return this.#loaded.tokenizer.encode(text).ids;
  }

  /** In the model's chat template; errors as of `renderChat`. */
  async encodeChat(messages: readonly Message[], signal: AbortSignal): Promise<readonly number[]> {
    const text = await renderChat(this.#model.place, messages, signal);
    return this.#loaded.tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  /** What each token adds to the text. */
  textsOf(ids: readonly number[]): readonly string[] {
    const stream = new TextStream(this.#loaded.tokenizer);
    const texts = ids.map((id) => stream.push(id));
    const rest = stream.end();
    return texts.map((text, at) => (at === texts.length - 1 ? text + rest : text));
  }

  /** Tokens that are left for an answer; 400 where there is none, or a token that the model does not know. */
  roomAfter(ids: readonly number[]): number {
    const { vocabulary, positions } = this.#loaded.generator.limits;
    if (ids.length === 0) throw new ApiError(400, 'The prompt has no token.', { param: 'prompt' });
    const odd = ids.find((id) => id >= vocabulary);
    if (odd !== undefined) {
      const problem = `The prompt has the token ${odd}; the model knows ${vocabulary}.`;
      throw new ApiError(400, problem, { param: 'prompt' });
    }
    return positions - ids.length;
  }

  /** A text that goes on from `ids`, up to a stop token or a stop string; `tokens` counts all that were made. */
  async write(
    options: WriteOptions,
  ): Promise<{ readonly finish: 'stop' | 'length'; readonly tokens: number }> {
    const { ids, strength, maxTokens, sampling, topLogprobs, stops, signal, onPiece } = options;
    const { tokenizer, generator } = this.#loaded;
    const stream = new TextStream(tokenizer);
    const stopped = new StoppedText<AnswerToken>(stops);
    const [text] = await generator.generate({
      ids,
      strengths: [this.#strengthsAt(strength)],
      maxTokens,
      sampling,
      topLogprobs,
      againstBase: false,
      signal,
      stops: this.#loaded.stops,
      onToken: (_, token) => onPiece(stopped.push(stream.push(token.id), this.#named(token.id, token))),
      endsHere: () => stopped.isStopped,
    });
    onPiece(stopped.end(stream.end()));
    const finish = stopped.isStopped ? 'stop' : (text?.finish ?? 'stop');
    return { finish, tokens: text?.tokens.length ?? 0 };
  }

  /** How likely each token is after those before it, the first left out. */
  async read({
    ids,
    strength,
    topLogprobs,
    signal,
  }: Pick<WriteOptions, 'ids' | 'strength' | 'topLogprobs' | 'signal'>): Promise<readonly AnswerToken[]> {
    const strengths = this.#strengthsAt(strength);
    const read = await this.#loaded.generator.read({ ids, strengths, topLogprobs, signal });
    return read.map((token, at) => this.#named(ids[at + 1] ?? 0, token));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loaded.generator[Symbol.asyncDispose]();
  }

  #strengthsAt(k: number): readonly number[] {
    return this.#model.steerings.map(({ strength }) => k * strength);
  }

  #named(id: number, { logprob, top }: TokenLikelihood): AnswerToken {
    const textOf = (each: number) => this.#loaded.tokenizer.decode([each]);
    return { text: textOf(id), logprob, top: top.map((each) => ({ ...each, text: textOf(each.id) })) };
  }
}
