import { isJsonObject, type JsonObject } from '../models/jsonFile.ts';
import { ApiError } from './apiError.ts';

interface Range {
  readonly least: number;
  readonly most: number;
}

/** The parameters of a request. What is null counts as absent; what is of another kind is refused by its name. */
export class Fields {
  readonly #json: JsonObject;

  constructor(json: unknown) {
    if (!isJsonObject(json)) throw new ApiError(400, 'The body is no JSON object.');
    this.#json = json;
  }

  get names(): readonly string[] {
    return Object.keys(this.#json);
  }

  value(name: string): unknown {
    return this.#json[name] ?? undefined;
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value === 'string') return value;
    throw this.refuse(name, 'is no text');
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value === 'boolean') return value;
    throw this.refuse(name, 'is neither true nor false');
  }

  number(name: string, { least, most }: Range): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw this.refuse(name, `is no number from ${least} to ${most}`);
  }

  whole(name: string, range: Range): number | undefined {
    const value = this.number(name, range);
    if (value === undefined || Number.isSafeInteger(value)) return value;
    throw this.refuse(name, 'is no whole number');
  }

  refuse(name: string, problem: string, code?: string): ApiError {
    return new ApiError(400, `${name} ${problem}.`, { param: name, ...(code !== undefined && { code }) });
  }
}
