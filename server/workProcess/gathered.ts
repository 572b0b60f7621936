const intervalMilliseconds = 50;

/** Of whatever is reported, the kind that is collected. */
interface Rows {
  readonly kind: 'rows';
  readonly tensors: readonly unknown[];
}

/** Sends rows in groups, so that thousands of small tensors are not thousands of messages; all of them are sent, the rest when disposed. */
export function gathered<P extends { readonly kind: string }>(
  report: (progress: P) => void,
): { readonly tell: (progress: P) => void } & Disposable {
  let first: (P & Rows) | undefined;
  let rows: unknown[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (first !== undefined) report({ ...first, tensors: rows });
    [first, rows] = [undefined, []];
  };
  return {
    tell(progress) {
      if (!isRows(progress)) return report(progress);
      first ??= progress;
      rows.push(...progress.tensors);
      timer ??= setTimeout(flush, intervalMilliseconds);
    },
    [Symbol.dispose]: flush,
  };
}

function isRows<P extends { readonly kind: string }>(progress: P): progress is P & Rows {
  return progress.kind === 'rows';
}
