import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { MlxSettings } from './mlxConfig.ts';
import { mlxKey } from './mlxKeys.ts';
import type { AdapterFactors, AdapterTensor } from './model.ts';
import { placeOf } from './placeOf.ts';

interface Parts {
  a?: StoredTensor;
  b?: StoredTensor;
  m?: StoredTensor;
}

interface Weights {
  readonly path: string;
  readonly tensors: readonly StoredTensor[];
}

/**
 * The changes of an MLX adapter, as mlx-lm 0.32 fuses them: `W + (scale · lora_bᵀ)·lora_aᵀ`, and with `m` (DoRA) each
 * row of that brought to its length. All else is a tensor that was trained whole. `invalid-adapter` where factors do not
 * fit each other or the configuration; `unsupported-adapter` for factors of experts.
 */
export function readMlxChanges({ path, tensors }: Weights, settings: MlxSettings) {
  const modules = new Map<string, Parts>();
  const whole: AdapterTensor[] = [];
  for (const stored of tensors) {
    const key = settings.type === 'full' ? undefined : mlxKey(stored.name);
    if (key === undefined) whole.push({ tensor: stored.name, stored, role: 'replace', scale: 1 });
    else modules.set(key.module, { ...modules.get(key.module), [key.part]: stored });
  }
  if (modules.size + whole.length === 0)
    throw new ServerError('invalid-adapter', path, 'holds no factors and no trained tensors');
  const factors = [...modules].map(([module, parts]) => toFactors(module, parts, settings));
  return { factors, whole, config: settings.config };
}

function toFactors(module: string, { a, b, m }: Parts, settings: MlxSettings): AdapterFactors {
  const { rank, scale, path, type } = settings;
  const present = a ?? b ?? m;
  if (a === undefined || b === undefined || (type === 'dora' && m === undefined)) {
    const absent = a === undefined ? 'lora_a' : b === undefined ? 'lora_b' : 'm';
    throw invalid(present, path, `has no ${absent} beside it`);
  }
  if (m !== undefined && type !== 'dora')
    throw invalid(m, path, 'belongs to DoRA, but the fine_tune_type is lora');
  for (const factor of [a, b]) checkFactor(factor, path);
  if (a.shape[1] !== rank || b.shape[0] !== rank)
    throw invalid(
      a,
      path,
      `is [${a.shape.join(', ')}] beside lora_b [${b.shape.join(', ')}], but the rank is ${rank}`,
    );
  const tensor = `${module}.weight`;
  const embedding = placeOf(tensor).group === 'embeddings';
  const lengths = embedding ? a.shape[0] : b.shape[1];
  if (m !== undefined && (m.shape.length !== 1 || m.shape[0] !== lengths))
    throw invalid(m, path, `is [${m.shape.join(', ')}] where [${lengths}] is due`);
  return {
    module,
    tensor,
    A: a,
    B: b,
    rank,
    alpha: scale * rank,
    scale,
    transposed: embedding,
    embedding,
    layout: 'mlx',
    ...(m !== undefined && { magnitude: { lengths: m, along: 'rows' } }),
  };
}

function checkFactor(factor: StoredTensor, path: string): void {
  const { shape, name, file } = factor;
  if (shape.length > 2) {
    const problem = `${quote(name)} is [${shape.join(', ')}]: factors of experts in MLX are not supported; fuse the adapter with mlx_lm.fuse and use the fused model`;
    throw new ServerError('unsupported-adapter', file, problem, { tensor: name });
  }
  if (shape.length < 2 || shape.includes(0))
    throw invalid(factor, path, `has the shape [${shape.join(', ')}]`);
}

function invalid(stored: StoredTensor | undefined, path: string, problem: string): ServerError {
  const { name = '', file = path } = stored ?? {};
  return new ServerError('invalid-adapter', file, `${quote(name)} ${problem}`, { tensor: name });
}
