import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { isJsonObject, type JsonObject, kindOf } from './jsonFile.ts';
import type { DirectionManifest } from './model.ts';

export const manifestName = 'direction.json';

const format = 'weight-steering-direction';
const version = 1;

/**
 * Checks `direction.json` (format 1) field by field; unknown fields are passed over. Errors: `invalid-direction`,
 * `unsupported-version` for a later one.
 */
export function toManifest(file: string, json: JsonObject): DirectionManifest {
  checkFormat(file, json);
  const fields = new Fields(file, json);
  const { norm, base, recipe } = json;
  return {
    format,
    version,
    name: fields.text('name'),
    ...describedBy(json),
    base: base === null ? null : toBase(file, base),
    recipe,
    norm: norm === null ? null : fields.number('norm', isLength, 'a number from 0, or null'),
    layers: fields.number('layers', isCount, 'a whole number from 0'),
    complete: fields.flag('complete'),
    ...('untied' in json && { untied: fields.flag('untied') }),
    ...('tied' in json && { tied: toRoles(file, json['tied']) }),
    created: fields.text('created'),
    tool: fields.text('tool'),
  };
}

/** Only for people: what is no text is passed over, as files that others wrote may have it. */
function describedBy({ description }: JsonObject): Pick<DirectionManifest, 'description'> {
  return typeof description === 'string' && description !== '' ? { description } : {};
}

function checkFormat(file: string, json: JsonObject): void {
  if (json['format'] !== format) {
    throw invalid(file, `has the format ${shown(json['format'])}, not "${format}"`);
  }
  if (json['version'] === version) return;
  const problem = `has the version ${shown(json['version'])}; this program reads version ${version}`;
  const isLater = isCount(json['version']) && json['version'] > version;
  throw new ServerError(isLater ? 'unsupported-version' : 'invalid-direction', file, problem);
}

function toBase(file: string, base: unknown): DirectionManifest['base'] {
  if (!isJsonObject(base)) throw invalid(file, `"base" is ${shown(base)}; an object or null is due`);
  const fields = new Fields(file, base, 'base.');
  const headerSha256 = fields.text('headerSha256');
  if (!/^[0-9a-f]{64}$/.test(headerSha256)) {
    throw invalid(file, `"base.headerSha256" is ${shown(headerSha256)}; 64 hexadecimal digits are due`);
  }
  const tensors = fields.number('tensors', isCount, 'a whole number from 0');
  return { reference: fields.text('reference'), tensors, headerSha256 };
}

function toRoles(file: string, tied: unknown): Exclude<DirectionManifest['tied'], undefined> {
  if (tied === null) return null;
  if (!isJsonObject(tied)) throw invalid(file, `"tied" is ${shown(tied)}; an object or null is due`);
  const fields = new Fields(file, tied, 'tied.');
  return { embedding: fields.text('embedding'), head: fields.text('head') };
}

/** Typed access; what is missing or of the wrong type is `invalid-direction`. */
class Fields {
  readonly #file: string;
  readonly #json: JsonObject;
  readonly #prefix: string;

  constructor(file: string, json: JsonObject, prefix = '') {
    this.#file = file;
    this.#json = json;
    this.#prefix = prefix;
  }

  text(name: string): string {
    const value = this.#json[name];
    if (typeof value === 'string' && value !== '') return value;
    throw this.#wrong(name, 'text');
  }

  flag(name: string): boolean {
    const value = this.#json[name];
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, 'true or false');
  }

  number(name: string, isDue: (value: number) => boolean, due: string): number {
    const value = this.#json[name];
    if (typeof value === 'number' && isDue(value)) return value;
    throw this.#wrong(name, due);
  }

  #wrong(name: string, due: string): ServerError {
    const field = quote(`${this.#prefix}${name}`);
    if (!Object.hasOwn(this.#json, name)) return invalid(this.#file, `has no ${field}; ${due} is due`);
    return invalid(this.#file, `${field} is ${shown(this.#json[name])}; ${due} is due`);
  }
}

function isLength(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'nothing';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

function invalid(file: string, problem: string): ServerError {
  return new ServerError('invalid-direction', file, problem);
}
