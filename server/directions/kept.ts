/** What `keeps` says; the list itself where that is all of it, so that tens of thousands of short lists are not copied. */
export function kept<T>(list: readonly T[], keeps: (item: T) => boolean): readonly T[] {
  return list.every(keeps) ? list : list.filter(keeps);
}
