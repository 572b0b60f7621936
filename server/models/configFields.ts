import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { isJsonObject, type JsonObject, kindOf } from './jsonFile.ts';

export const rankDue = 'a whole number above 0';
export const alphaDue = 'a finite number';

export function isRank(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

export function isAlpha(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Typed access to what a configuration says; null is as good as absent except for numbers, what has the wrong type is `invalid-config`. */
export class ConfigFields {
  readonly #path: string;
  readonly #raw: JsonObject;

  constructor(path: string, raw: JsonObject) {
    this.#path = path;
    this.#raw = raw;
  }

  text(name: string): string | undefined {
    const value = this.#raw[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, value, 'a string');
  }

  number(name: string, absent: number, due: string, fits: (value: unknown) => value is number): number {
    const value = name in this.#raw ? this.#raw[name] : absent;
    if (fits(value)) return value;
    throw this.#wrong(name, value, due);
  }

  flag(name: string): boolean {
    const value = this.#raw[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, value, 'true or false');
  }

  names(name: string): readonly string[] | undefined {
    const value = this.#raw[name] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#wrong(name, value, 'a list of strings');
  }

  numbers(name: string, due: string, fits: (value: unknown) => value is number) {
    const value = this.#raw[name] ?? {};
    if (!isJsonObject(value)) throw this.#wrong(name, value, 'an object');
    return Object.entries(value).map(([key, number]) => {
      if (fits(number)) return [key, number] as const;
      throw this.#wrong(`${name}[${quote(key)}]`, number, due);
    });
  }

  #wrong(name: string, value: unknown, due: string): ServerError {
    const found = typeof value === 'number' ? String(value) : kindOf(value);
    return new ServerError('invalid-config', this.#path, `${name} is ${found} where ${due} is due`);
  }
}
