import type { Spend } from './modulePatterns.ts';

/** Keys of letters, digits, `_`, `-` and dots; a dot stands for any character, as in every regular expression. */
export class PlainPatterns {
  /** By length and where the dots are. */
  readonly #groups = new Map<string, Group>();
  readonly #spend: Spend;

  constructor(spend: Spend) {
    this.#spend = spend;
  }

  /** The first of equal keys counts. */
  add(key: string, index: number): void {
    const dots = Array.from(key.matchAll(/\./g), ({ index }) => index);
    const id = [key.length, ...dots].join();
    const group = this.#groups.get(id) ?? { length: key.length, dots, indexes: new Map() };
    this.#groups.set(id, group);
    const rest = without(key, dots, 0);
    if (!group.indexes.has(rest)) group.indexes.set(rest, index);
  }

  /** The lowest index of a key that is the whole name or its end after a dot. The name has no line break. */
  find(module: string): number | undefined {
    // oxlint-disable-next-line no-control-regex -- All of ASCII is meant.
    const points = /^[\x00-\x7f]*$/.test(module) ? module : Array.from(module);
    let lowest: number | undefined;
    for (const { length, dots, indexes } of this.#groups.values()) {
      this.#spend(1);
      const start = points.length - length;
      if (start < 0 || (start > 0 && points[start - 1] !== '.')) continue;
      this.#spend(length);
      const index = indexes.get(without(points, dots, start));
      if (index !== undefined && index < (lowest ?? Infinity)) lowest = index;
    }
    return lowest;
  }
}

interface Group {
  readonly length: number;
  readonly dots: readonly number[];
  /** By the key without its dots. */
  readonly indexes: Map<string, number>;
}

/** What begins at `start`, less the characters at `dots`. */
function without(text: string | readonly string[], dots: readonly number[], start: number): string {
  const parts = [0, ...dots.map((dot) => dot + 1)].map((from, at) => {
    const part = text.slice(start + from, dots[at] === undefined ? undefined : start + dots[at]);
    return typeof part === 'string' ? part : part.join('');
  });
  return parts.join('');
}
