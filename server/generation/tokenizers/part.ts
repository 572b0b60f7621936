import { ServerError } from '../../errors.ts';
import { ConfigFields } from '../../models/configFields.ts';
import { isJsonObject, type JsonObject } from '../../models/jsonFile.ts';

/** An object of a `tokenizer.json` that says its type, such as a normalizer. */
export class Part {
  readonly path: string;
  readonly json: JsonObject;
  readonly #fields: ConfigFields;

  constructor(path: string, json: JsonObject) {
    this.path = path;
    this.json = json;
    this.#fields = new ConfigFields(path, json);
  }

  get type(): string {
    return this.text('type') ?? '';
  }

  text(name: string): string | undefined {
    return this.#fields.text(name);
  }

  flag(name: string, absent = false): boolean {
    return (this.json[name] ?? undefined) === undefined ? absent : this.#fields.flag(name);
  }

  whole(name: string, absent: number): number {
    return this.#fields.number(name, absent, 'a whole number', isCount);
  }

  /** Absent where it is null. */
  part(name: string): Part | undefined {
    const value = this.json[name] ?? undefined;
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new Part(this.path, value);
    throw new ServerError('invalid-config', this.path, `has a ${name} that is no object`);
  }

  parts(name: string): readonly Part[] {
    return this.list(name).map((value) => {
      if (isJsonObject(value)) return new Part(this.path, value);
      throw new ServerError('invalid-config', this.path, `has something among its ${name} that is no object`);
    });
  }

  list(name: string): readonly unknown[] {
    const value = this.json[name] ?? [];
    if (Array.isArray(value)) return value;
    throw new ServerError('invalid-config', this.path, `has ${name} that are no list`);
  }

  /** `unsupported-format`, in words that follow "has". */
  refuse(what: string): ServerError {
    return new ServerError('unsupported-format', this.path, `has ${what}, which is not read exactly here`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
