/** The name that shares the longest end with another, and of those the longest start; for messages. */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  let closest: string | undefined;
  let most: readonly [end: number, start: number] = [0, 0];
  for (const candidate of candidates) {
    const end = sharedEnd(name, candidate);
    if (end < most[0]) continue;
    const start = sharedStart(name, candidate);
    if (end === most[0] && start <= most[1]) continue;
    [closest, most] = [candidate, [end, start]];
  }
  return closest;
}

function sharedStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

function sharedEnd(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one.at(-1 - length) === other.at(-1 - length))
    length++;
  return length;
}
