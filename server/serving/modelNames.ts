import { ApiError } from './apiError.ts';

/** What a server's models are called. */
export interface ModelNames {
  /** Of the direction; undefined: there is none, and the model only stands as it is. */
  readonly name: string | undefined;
  /** The recipe's strengths, of which the first is meant where none is named. */
  readonly strengths: readonly number[];
}

/** Of a written strength; matching a longer one would take long, and every event of a stream repeats it. */
const mostDigits = 64;

const isNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** The model as it is. */
const unsteered = 'base';

/** `base`, `NAME`, and `NAME@K` for each strength of a recipe that has several. */
export function listedModels({ name, strengths }: ModelNames): readonly string[] {
  if (name === undefined) return [unsteered];
  const several = strengths.length > 1 ? strengths.map((k) => `${name}@${k}`) : [];
  return [unsteered, name, ...several];
}

/** The strength that the name of a model asks for: `base`, `NAME`, `NAME@K`. 404 for every other name. */
export function strengthOf(model: string, names: ModelNames): number {
  const { name, strengths } = names;
  if (model === unsteered) return 0;
  if (name !== undefined && model === name) return strengths[0] ?? 1;
  if (name !== undefined && model.startsWith(`${name}@`)) {
    const written = model.slice(name.length + 1);
    const strength = Number(written);
    if (written.length <= mostDigits && isNumber.test(written) && Number.isFinite(strength)) return strength;
  }
  const known = name === undefined ? unsteered : `${unsteered}, ${name} and ${name}@K, such as ${name}@1.5`;
  throw new ApiError(
    404,
    `The model ${JSON.stringify(shownName(model))} does not exist; there is ${known}.`,
    {
      param: 'model',
      code: 'model_not_found',
    },
  );
}

/** Enough of it to know it by. */
function shownName(name: string): string {
  return name.length <= 200 ? name : `${name.slice(0, 200)}…`;
}
