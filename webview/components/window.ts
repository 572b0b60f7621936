/** Rows beyond the edges that are drawn too, so that a short scroll shows no gap. */
const around = 8;

/** Which of `count` rows of one height are in view, from the first to before the last. */
export function windowOf(
  count: number,
  rowHeight: number,
  view: { readonly top: number; readonly height: number },
): { readonly first: number; readonly last: number } {
  const first = Math.floor(view.top / rowHeight) - around;
  const last = Math.ceil((view.top + view.height) / rowHeight) + around;
  return { first: Math.max(0, Math.min(first, count)), last: Math.max(0, Math.min(last, count)) };
}
