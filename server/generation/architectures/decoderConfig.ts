import { ServerError } from '../../errors.ts';
import { ConfigFields, isAlpha, isRank } from '../../models/configFields.ts';
import { isJsonObject, type JsonObject } from '../../models/jsonFile.ts';
import type { Activation } from '../decoder.ts';

/** The names that transformers has for what is computed. */
const activations = new Map<string, Activation>([
  ['silu', 'silu'],
  ['swish', 'silu'],
  ['relu', 'relu'],
  ['gelu', 'gelu'],
  ['gelu_python', 'gelu'],
  ['gelu_new', 'gelu-tanh'],
  ['gelu_fast', 'gelu-tanh'],
  ['gelu_pytorch_tanh', 'gelu-tanh'],
]);

/** What `config.json` and the names of the tensors say of a decoder. What has the wrong type is `invalid-config`. */
export class DecoderConfig {
  readonly path: string;
  readonly #raw: JsonObject;
  readonly #fields: ConfigFields;
  readonly #tensors: ReadonlyMap<string, unknown>;

  constructor(path: string, raw: JsonObject, tensors: ReadonlyMap<string, unknown>) {
    this.path = path;
    this.#raw = raw;
    this.#tensors = tensors;
    const said = Object.entries(raw).filter(([, value]) => value !== null);
    this.#fields = new ConfigFields(path, Object.fromEntries(said));
  }

  hasTensor(name: string): boolean {
    return this.#tensors.has(name);
  }

  whole(name: string, absent = 0): number {
    return this.#fields.number(name, absent, 'a whole number above 0', isRank);
  }

  real(name: string, absent: number): number {
    return this.#fields.number(name, absent, 'a finite number', isAlpha);
  }

  /** A number that may be null; where nothing is said, `absent`. */
  optional(name: string, absent?: number): number | undefined {
    if (this.#raw[name] === null) return undefined;
    return name in this.#raw ? this.real(name, 0) : absent;
  }

  flag(name: string, absent = false): boolean {
    return name in this.#raw ? this.#fields.flag(name) : absent;
  }

  object(name: string): JsonObject | undefined {
    const value = this.#raw[name];
    return isJsonObject(value) ? value : undefined;
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.#raw[name];
    return Array.isArray(value) ? value : undefined;
  }

  activation(name: string, absent: string): Activation {
    const said = this.#fields.text(name) ?? absent;
    const known = activations.get(said);
    if (known !== undefined) return known;
    throw this.refuse(
      `has the activation ${JSON.stringify(said)}; ${[...activations.keys()].join(', ')} are known`,
    );
  }

  /** `unsupported-format` for what an architecture may be told to be and generation does not compute. */
  refuseWhere(names: readonly string[]): void {
    const name = names.find((each) => this.#raw[each] === true);
    if (name !== undefined) throw this.refuse(`has ${name}, which generation does not compute`);
  }

  refuse(problem: string): ServerError {
    return new ServerError('unsupported-format', this.path, problem);
  }
}
