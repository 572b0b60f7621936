import type { Checkpoint } from './model.ts';

/** `model_type`s of transformers whose blocks are made of its `Conv1D`, whose weights are [in, out]. */
const types: ReadonlySet<unknown> = new Set([
  'gpt2',
  'openai-gpt',
  'imagegpt',
  'decision_transformer',
  'clvp',
]);

const modules: ReadonlySet<string> = new Set(['c_attn', 'q_attn', 'c_proj', 'c_fc']);

/**
 * Whether PEFT would add (B·A)ᵀ to this module. It goes by the class of the layer and puts the configuration's
 * `fan_in_fan_out` right; here the class is known for the architectures that have `Conv1D`, and else what fits counts.
 * `shape` is that of the base's weight, `change` that of B·A; the configuration is followed where nothing else decides.
 */
export function isTransposed({ config, module, shape, change, fanInFanOut }: Orientation): boolean {
  const isConvolution = isNamedLikeOne(module);
  if (modelTypes(config).some((type) => types.has(type))) return isConvolution;
  if (!fanInFanOut && !(isConvolution && config === undefined)) return false;
  const [rows, columns] = change;
  const fitsPlain = shape[0] === rows && shape[1] === columns;
  return !fitsPlain || (rows === columns && fanInFanOut && (isConvolution || config === undefined));
}

/** Whether a module is a `Conv1D`, by the architecture; where that is not known, by its name. */
export function isConvolution({ config, module }: Pick<Orientation, 'config' | 'module'>): boolean {
  const isKnown = config === undefined || modelTypes(config).some((type) => types.has(type));
  return isKnown && isNamedLikeOne(module);
}

function isNamedLikeOne(module: string): boolean {
  return modules.has(module.slice(module.lastIndexOf('.') + 1));
}

interface Orientation {
  readonly config: Checkpoint['config'];
  readonly module: string;
  readonly shape: readonly number[];
  readonly change: readonly [rows: number, columns: number];
  readonly fanInFanOut: boolean;
}

/** Of the model, and of the parts of one that is made of several. */
function modelTypes(config: Checkpoint['config']): unknown[] {
  if (config === undefined) return [];
  const parts = Object.values(config).map((part) => (isRecord(part) ? part['model_type'] : undefined));
  return [config['model_type'], ...parts];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
