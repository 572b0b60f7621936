const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * The text of a JSON object with other values for some of its keys and all else to the letter: a `1.0` stays one, which
 * transformers 5 insists on. Keys that it does not have come last. The text has been parsed before.
 */
export function editedJson(text: string, values: ReadonlyMap<string, unknown>): string {
  const { entries, end } = entriesOf(text);
  let edited = '';
  let from = 0;
  for (const { key, start, stop } of entries) {
    if (!values.has(key)) continue;
    edited += text.slice(from, start) + JSON.stringify(values.get(key));
    from = stop;
  }
  const known = new Set(entries.map(({ key }) => key));
  const added = [...values].filter(([key]) => !known.has(key));
  const lines = added.map(([key, value]) => `\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const comma = entries.length > 0 && lines.length > 0 ? ',' : '';
  return `${edited}${text.slice(from, end)}${comma}${lines.join(',')}${text.slice(end)}`;
}

/** Where a value of the outermost object stands in the text. */
interface Entry {
  readonly key: string;
  readonly start: number;
  readonly stop: number;
}

/** `end`: behind the last value, or behind the opening brace. */
function entriesOf(text: string): { readonly entries: readonly Entry[]; readonly end: number } {
  const entries: Entry[] = [];
  let depth = 0;
  let key: string | undefined;
  let start = 0;
  let stop = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      if (key !== undefined) entries.push({ key, start, stop });
      key = undefined;
      if (token === '}') return { entries, end: stop };
    } else if (depth === 1 && token === ':' && key === undefined) {
      key = String(JSON.parse(text.slice(start, stop)));
      start = -1;
    } else if (depth === 1 && (start === -1 || key === undefined)) {
      start = index;
    }
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    stop = index + token.length;
  }
  return { entries, end: stop };
}
