import { restricted, scaled, settled } from '../directions/algebra.ts';
import type { TiedRoles } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import { ServerError } from '../errors.ts';
import { placeOf } from '../models/placeOf.ts';
import type { Warnings } from '../warnings.ts';
import { factorOf } from './schedule.ts';
import type { Schedule, Selection } from './recipe.ts';
import { selects } from './selection.ts';

export interface SelectOptions {
  /** The recipe's folder, for messages. */
  readonly folder: string;
  /** Of the model, for the schedule. */
  readonly layers: number;
  readonly tied: TiedRoles | undefined;
  readonly warnings: Warnings;
}

/**
 * The part of w that is selected, times its schedule. A selection that leaves nothing of it is `nothing-selected`;
 * a part of one that meets nothing is a warning.
 */
export function selectDirection(
  direction: Direction,
  rule: { readonly selection: Selection; readonly schedule: Schedule | undefined },
  options: SelectOptions,
): Direction {
  const { selection, schedule } = rule;
  const kept = restricted(direction, (name) => selects(selection, name, placeOf(name)));
  if (kept.tensors.size === 0 && direction.tensors.size > 0)
    throw nothingSelected(direction, selection, options);
  for (const part of idleParts(direction, selection)) options.warnings.add(idle(direction, part, options));
  return settled(
    scaled(kept, (name) => factorOf(schedule, placeOf(name).layer, options.layers)),
    options.tied,
  );
}

/** Each entry of the selection that, alone, selects no tensor of w. */
function idleParts(
  { tensors }: Direction,
  { modules, include, exclude, layers }: Selection,
): readonly string[] {
  const all: Selection = { modules: undefined, include: undefined, exclude: undefined, layers: undefined };
  const names = [...tensors.keys()];
  const isIdle = (part: Partial<Selection>) =>
    !names.some((name) => {
      const place = placeOf(name);
      return (
        (part.layers === undefined || place.layer !== undefined) && selects({ ...all, ...part }, name, place)
      );
    });
  return [
    ...(modules ?? [])
      .filter((module) => isIdle({ modules: [module] }))
      .map((module) => `modules: ${module}`),
    ...(include ?? []).filter((glob) => isIdle({ include: [glob] })).map((glob) => `include: ${glob}`),
    ...(exclude ?? []).filter((glob) => isIdle({ include: [glob] })).map((glob) => `exclude: ${glob}`),
    ...(layers ?? [])
      .filter((range) => isIdle({ layers: [range] }))
      .map(({ first, last }) => `layers: ${first === last ? first : `${first}-${last ?? ''}`}`),
  ];
}

function idle({ name }: Direction, part: string, { folder }: SelectOptions) {
  return { code: 'selects-nothing', message: `"${part}" meets no tensor that ${name} moves.`, file: folder };
}

function nothingSelected(
  direction: Direction,
  selection: Selection,
  { folder, layers }: SelectOptions,
): ServerError {
  const keys = Object.entries(selection).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const modules = [...new Set([...direction.tensors.keys()].map((name) => placeOf(name).module))];
  const problem =
    `${keys.join(', ')} ${keys.length === 1 ? 'selects' : 'together select'} nothing of ${direction.name}, which moves ${direction.tensors.size} tensors ` +
    `(${modules.slice(0, 8).join(', ')}${modules.length > 8 ? ', …' : ''}) in a model of ${layers} layers`;
  return new ServerError('nothing-selected', folder, problem);
}
