import type { Adapter, AdapterConfig, AdapterTensor } from './model.ts';

/**
 * PEFT often stores embeddings that it did not train (`save_embedding_layers`), and on a tied model it reads them into
 * the one tensor of both roles. So such a copy is the value of either role that is not held whole by itself; where
 * there is a copy for each, they are one.
 */
export function withSharedCopies(
  { whole, config }: Pick<Adapter, 'whole' | 'config'>,
  tied: { readonly embedding: string; readonly head: string } | undefined,
): readonly AdapterTensor[] {
  if (tied === undefined) return whole;
  const roles = [tied.embedding, tied.head];
  const copies = whole.filter((part) => roles.includes(part.tensor) && isCopy(part, config));
  const shared = copies.find(({ tensor }) => tensor === tied.embedding) ?? copies[0];
  if (shared === undefined) return whole;
  const others = whole.filter((part) => !copies.includes(part));
  const trained = new Set(others.filter(({ role }) => role !== 'add').map(({ tensor }) => tensor));
  const open = roles.filter((tensor) => !trained.has(tensor));
  return [...others, ...open.map((tensor) => ({ ...shared, tensor }))];
}

/** Neither wrapped by `modules_to_save` nor named there. */
function isCopy({ role, stored: { name } }: AdapterTensor, { modulesToSave }: AdapterConfig): boolean {
  if (role !== 'replace' || name.includes('.modules_to_save.')) return false;
  return !modulesToSave.some((module) => `.${name}`.endsWith(`.${module}.weight`));
}
