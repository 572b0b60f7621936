import { sameValues } from '../tensors/sameValues.ts';
import type { Adapter, AdapterTensor, Checkpoint } from './model.ts';
import { tiedRolesOf } from './tiedRoles.ts';

/**
 * The adapter without tensors that it holds whole and that are the checkpoint's own: PEFT saves embeddings along
 * whenever they have factors (`save_embedding_layers: "auto"`). Its names are the checkpoint's. Reads what it compares,
 * up to the first difference.
 */
export async function withoutCopies(
  adapter: Adapter,
  checkpoint: Checkpoint,
  signal?: AbortSignal,
): Promise<Adapter> {
  if (adapter.whole.length === 0) return adapter;
  const whole: AdapterTensor[] = [];
  for (const part of adapter.whole) if (!(await isCopy(part, checkpoint, signal))) whole.push(part);
  return whole.length === adapter.whole.length ? adapter : { ...adapter, whole };
}

async function isCopy(
  { role, tensor, stored }: AdapterTensor,
  checkpoint: Checkpoint,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (role !== 'replace') return false;
  const roles = tiedRolesOf(checkpoint);
  const name = tensor === roles?.head ? roles.embedding : tensor;
  const own = checkpoint.tensors.get(tensor) ?? checkpoint.tensors.get(name);
  return own !== undefined && own.packed === undefined && (await sameValues(stored, own, signal));
}
