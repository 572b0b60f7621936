/**
 * The names of the tensors that an analysis is of, where this progress of it says so. Progress passes through the panel channel
 * without a type, hence the distrust.
 */
export function planTensors(progress: unknown): readonly string[] | undefined {
  if (typeof progress !== 'object' || progress === null) return undefined;
  if (!('kind' in progress) || progress.kind !== 'plan' || !('tensors' in progress)) return undefined;
  return Array.isArray(progress.tensors) ? progress.tensors.flatMap(nameOf) : undefined;
}

function nameOf(tensor: unknown): readonly string[] {
  if (typeof tensor !== 'object' || tensor === null || !('name' in tensor)) return [];
  return typeof tensor.name === 'string' ? [tensor.name] : [];
}
