import type { TextChange } from '#protocol/check.ts';
import type { Range } from './diagnostic.ts';
import { Lines } from './lines.ts';
import { find, type List, type Mapping, type Tree } from './tree.ts';

/** What becomes of each entry of a key, in its order: the values that stand in its place, or none. */
export type Replacements = readonly (readonly string[])[];

/** What may be restricted, in the order in which recipes usually have it. */
const siblings: ReadonlySet<string> = new Set([
  'modules',
  'include',
  'exclude',
  'layers',
  'schedule',
  'rank',
  'energy',
]);

/** A value as YAML has it in one line, in quotes unless it is a plain word or a range of layers. */
export function spelled(value: string): string {
  const isPlain =
    /^(?:[a-z]\w*(?:[./-]\w+)*|\d+(?:-\d+)?)$/i.test(value) && !/^(?:true|false|null)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** Edits of the parts of a recipe that say what moves. Comments and style stay, and what stays as it is keeps its spelling. */
export class PartEdits {
  readonly #text: string;
  readonly #tree: Mapping;
  readonly #lines: Lines;
  readonly #break: string;

  constructor(text: string, tree: Mapping) {
    this.#text = text;
    this.#tree = tree;
    this.#lines = new Lines(text);
    this.#break = text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** Each entry of a key that is there: a list's, or the one that stands alone. Undefined where the key is not. */
  entriesOf(key: string): readonly Tree[] | undefined {
    const value = find(this.#tree, [key]);
    return value?.kind === 'list' ? value.items : value && [value];
  }

  /** `replacements` has one for each of `entriesOf`. */
  replace(key: string, replacements: Replacements): readonly TextChange[] {
    const value = find(this.#tree, [key]);
    if (value === undefined) return [];
    if (value.kind === 'list' && !this.#isFlow(value)) return this.#inBlock(value, replacements);
    const entries = value.kind === 'list' ? value.items : [value];
    const texts = entries.flatMap((entry, index) =>
      (replacements[index] ?? []).map((each) => this.#spelled(each, entry)),
    );
    const isOne = value.kind === 'scalar' && texts.length === 1;
    return [{ range: value.range, newText: isOne ? texts.join('') : `[${texts.join(', ')}]` }];
  }

  /** Keys that are not there yet, each with its value as YAML: after their like, where there are any, else before what is written. */
  insert(entries: readonly (readonly [key: string, value: string])[]): readonly TextChange[] {
    if (entries.length === 0) return [];
    const before = this.#before();
    const isNear = before !== undefined && siblings.has(before[0]);
    const end = before === undefined ? 0 : this.#endOf(before[1]);
    const lines = entries.map(([key, value]) => `${key}: ${value}`);
    if (this.#isFlow(this.#tree)) return [this.#at(end, lines.map((line) => `, ${line}`).join(''))];
    const indent = this.#break + ' '.repeat(this.#tree.range.start.character);
    const gap = isNear ? '' : this.#break;
    return [this.#at(this.#endOfLine(end), gap + lines.map((line) => indent + line).join(''))];
  }

  /** The entry that new ones follow: the last of its like, else the last before `output`. */
  #before(): [key: string, value: Tree] | undefined {
    const entries = [...this.#tree.entries].map(([key, { value }]): [string, Tree] => [key, value]);
    const output = entries.findIndex(([key]) => key === 'output');
    const like = entries.findLast(([key]) => siblings.has(key));
    return like ?? (output > 0 ? entries[output - 1] : entries.at(-1));
  }

  #inBlock({ items }: List, replacements: Replacements): readonly TextChange[] {
    return items.flatMap((item, index) => {
      const [first, ...more] = replacements[index] ?? [];
      const start = this.#lines.offsetAt(item.range.start);
      const end = this.#lines.offsetAt(item.range.end);
      if (first === undefined) return [this.#withoutLine(start)];
      const changes = [{ range: item.range, newText: this.#spelled(first, item) }];
      if (more.length === 0) return changes;
      const head = this.#text.slice(this.#lineStart(start), start);
      const lines = more.map((each) => `${this.#break}${head}${spelled(each)}`).join('');
      return [...changes, this.#at(this.#endOfLine(end), lines)];
    });
  }

  #spelled(value: string, entry: Tree): string {
    if (entry.kind !== 'scalar' || String(entry.value) !== value) return spelled(value);
    return this.#text.slice(this.#lines.offsetAt(entry.range.start), this.#lines.offsetAt(entry.range.end));
  }

  #withoutLine(offset: number): TextChange {
    return { range: this.#range(this.#lineStart(offset), this.#lines.endOfLineAt(offset)), newText: '' };
  }

  #isFlow({ range }: Tree): boolean {
    return /[[{]/.test(this.#text[this.#lines.offsetAt(range.start)] ?? '');
  }

  /** Where the value's own text ends: a block's range may go on over the blank lines and comments behind it. */
  #endOf(value: Tree): number {
    const last =
      value.kind === 'list'
        ? value.items.at(-1)
        : value.kind === 'mapping'
          ? [...value.entries.values()].at(-1)?.value
          : undefined;
    if (last !== undefined && !this.#isFlow(value)) return this.#endOf(last);
    const end = this.#lines.offsetAt(value.range.end);
    return this.#text.slice(0, end).trimEnd().length;
  }

  #lineStart(offset: number): number {
    const { line } = this.#lines.positionAt(offset);
    return this.#lines.offsetAt({ line, character: 0 });
  }

  /** Before its line break. */
  #endOfLine(offset: number): number {
    const next = this.#lines.endOfLineAt(offset);
    return next - (/[\r\n]*$/.exec(this.#text.slice(offset, next))?.[0].length ?? 0);
  }

  #at(offset: number, newText: string): TextChange {
    return { range: this.#range(offset, offset), newText };
  }

  #range(start: number, end: number): Range {
    return { start: this.#lines.positionAt(start), end: this.#lines.positionAt(end) };
  }
}
