/** The two halves of a name: the first may be cut short, the second stays, since names differ at their end. */
export function halves(name: string): readonly [start: string, end: string] {
  const parts = name.split('.');
  const kept = parts.slice(-2).join('.').length < 28 ? 2 : 1;
  const end = parts.slice(-kept).join('.');
  const start = name.slice(0, name.length - end.length);
  return start === '' ? [end, ''] : [start, end];
}
