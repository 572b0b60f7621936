import { tensorOf } from './tensorLines.ts';

/** What a line of a header document says of its tensor. */
export interface HeaderLine {
  /** From 0. */
  readonly line: number;
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Undefined for facts, blanks, and what is no line of ours. */
export function headerLine(text: string, line: number): HeaderLine | undefined {
  const name = tensorOf(text);
  const found = /\s(?<dtype>\S+)\s+\[(?<shape>[\d, ]*)\]\s+(?<bytes>[\d,]+)$/.exec(text);
  const { dtype, shape, bytes } = found?.groups ?? {};
  if (name === undefined || dtype === undefined || shape === undefined || bytes === undefined)
    return undefined;
  const sizes = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  return { line, name, dtype, shape: sizes, bytes: Number(bytes.replaceAll(',', '')) };
}

/** Neighbours in a header document that belong together. */
export interface HeaderGroup {
  /** What their names begin with, such as `model.layers.7`. */
  readonly name: string;
  readonly lines: readonly HeaderLine[];
}

/** Layer by layer, in the order of the document; what is in no layer is an entry by itself. */
export function headerGroups(lines: Iterable<HeaderLine>): readonly (HeaderGroup | HeaderLine)[] {
  const entries: (HeaderLine | { readonly name: string; readonly lines: HeaderLine[] })[] = [];
  for (const line of lines) {
    const name = layerOf(line.name);
    const last = entries.at(-1);
    if (name === undefined) entries.push(line);
    else if (last !== undefined && 'lines' in last && last.name === name) last.lines.push(line);
    else entries.push({ name, lines: [line] });
  }
  return entries;
}

/** As far as the first number: experts and the like stay within their layer. */
function layerOf(name: string): string | undefined {
  return /^(?:[^.]+\.)+?\d+(?=\.)/.exec(name)?.[0];
}
