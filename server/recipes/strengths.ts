import { ServerError } from '../errors.ts';
import { nearest } from './nearest.ts';
import type { Recipe } from './recipe.ts';
import { maxStrengths } from './strength.ts';

/** What `--strength` asks for. */
export interface Strengths {
  /** For the top level, in the order given; empty: the recipe's own. */
  readonly values: readonly number[];
  /** By name of a direction. */
  readonly overrides: ReadonlyMap<string, number>;
}

/**
 * Reads the arguments of `--strength`: numbers, commas, ranges `FROM:TO:STEP` (TO included, exact in decimals) and
 * `NAME=K`. Anything else is the failure `usage`.
 */
export function parseStrengths(args: readonly string[]): Strengths {
  const values: number[] = [];
  const overrides = new Map<string, number>();
  for (const part of args.flatMap((arg) => arg.split(','))) {
    const equals = part.lastIndexOf('=');
    if (equals >= 0) override(overrides, part.slice(0, equals).trim(), part.slice(equals + 1));
    else if (part.includes(':')) values.push(...range(part));
    else values.push(numberOf(part, part));
    if (values.length > maxStrengths) throw usage(`has more than ${maxStrengths} values`);
  }
  return { values, overrides };
}

/** The recipe with other strengths; a name that none of its directions has is the failure `usage`. */
export function withStrengths(recipe: Recipe, { values, overrides }: Strengths): Recipe {
  const names = recipe.directions.map(({ name }) => name);
  for (const name of overrides.keys()) {
    if (names.includes(name)) continue;
    const guess = nearest(name, names);
    const advice = guess === undefined ? `its directions are ${names.join(', ')}` : `did you mean ${guess}?`;
    throw usage(`names ${JSON.stringify(name)}, which is no direction of this recipe; ${advice}`);
  }
  if (!recipe.several && overrides.size > 0) return withStrengths(recipe, onlyValues(values, overrides));
  return {
    ...recipe,
    strengths: values.length === 0 ? recipe.strengths : values,
    directions: recipe.directions.map((direction) => ({
      ...direction,
      strength: overrides.get(direction.name) ?? direction.strength,
    })),
  };
}

/** In a recipe of one direction, its strength is the top level's. */
function onlyValues(values: readonly number[], overrides: ReadonlyMap<string, number>): Strengths {
  if (values.length > 0) throw usage('gives the one direction its strength twice');
  return { values: [...overrides.values()], overrides: new Map() };
}

function override(overrides: Map<string, number>, name: string, value: string): void {
  if (name === '') throw usage(`has no name before ${JSON.stringify(`=${value}`)}`);
  if (overrides.has(name)) throw usage(`gives ${JSON.stringify(name)} two strengths`);
  overrides.set(name, numberOf(value, `${name}=${value}`));
}

/** Counted in whole steps of the last decimal, so that -2:2:0.1 has 0.3 and not 0.30000000000000004. */
function range(part: string): number[] {
  const bounds = part.split(':');
  const [first, last, step] = bounds.map((bound) => numberOf(bound, part));
  if (bounds.length !== 3 || first === undefined || last === undefined || step === undefined) {
    throw usage(`takes ranges as FROM:TO:STEP, such as -2:2:0.5, not ${JSON.stringify(part)}`);
  }
  const digits = Math.max(...bounds.map(decimals));
  const [from, to, by] = [first, last, step].map((bound) => Math.round(bound * 10 ** digits));
  const isExact = [from, to, by].every(Number.isSafeInteger);
  if (from === undefined || to === undefined || by === undefined || !isExact || digits > 15) {
    throw usage(`has too many digits in ${JSON.stringify(part)}`);
  }
  if (by === 0 || Math.sign(to - from) === -Math.sign(by)) {
    throw usage(`never gets from ${first} to ${last} in steps of ${step}`);
  }
  const count = Math.floor((to - from) / by) + 1;
  if (count > maxStrengths)
    throw usage(`has ${count} values in ${JSON.stringify(part)}; ${maxStrengths} is the most`);
  return Array.from({ length: count }, (_, index) => (from + index * by) / 10 ** digits);
}

/** Digits after the point, the exponent counted. */
function decimals(number: string): number {
  const [digits = '', exponent = '0'] = number.trim().toLowerCase().split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
}

function numberOf(text: string, part: string): number {
  const isNumber = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text.trim());
  const value = Number(text);
  if (!isNumber || !Number.isFinite(value)) throw usage(`takes numbers, not ${JSON.stringify(part)}`);
  return value;
}

function usage(problem: string): ServerError {
  return new ServerError('usage', '--strength', problem);
}
