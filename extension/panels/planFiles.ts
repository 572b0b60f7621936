/**
 * The files that an analysis says it reads, where this progress of it says so. Progress passes through the panel
 * channel without a type, hence the distrust.
 */
export function planFiles(progress: unknown): readonly string[] | undefined {
  if (typeof progress !== 'object' || progress === null) return undefined;
  if (!('kind' in progress) || progress.kind !== 'plan' || !('files' in progress)) return undefined;
  return Array.isArray(progress.files)
    ? progress.files.filter((file) => typeof file === 'string')
    : undefined;
}
