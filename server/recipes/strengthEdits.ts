import type { TextChange } from '#protocol/check.ts';
import { isMap, isScalar, isSeq, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { ServerError } from '../errors.ts';
import { Lines } from './lines.ts';

/** Text in place of what is from `start` to `end`, in UTF-16 units. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What becomes of a recipe's text so that it goes as far along each of its directions as `strengths` say, and everything else stays. */
export function strengthEdits(text: string, wanted: Wanted): readonly TextChange[] {
  const lines = new Lines(text);
  return editsOf(text, wanted).map(({ start, end, text: newText }) => {
    return { range: { start: lines.positionAt(start), end: lines.positionAt(end) }, newText };
  });
}

interface Wanted {
  readonly path: string;
  readonly strengths: readonly number[];
}

function editsOf(text: string, { path, strengths }: Wanted): readonly Edit[] {
  const document = parseDocument(text);
  const contents: unknown = document.contents;
  if (document.errors.length > 0 || !isMap(contents))
    throw new ServerError('invalid-recipe', path, 'has errors');
  const listed = contents.get('directions');
  const directions = isSeq(listed) ? listed.items.filter(isMap) : [];
  const output = contents.has('output') ? [] : [appended(text, 'output:\n  path: out/{name}-{strength}\n')];
  if (directions.length < 2) return [strengthEdit(contents, text, strengths[0] ?? 0), ...output].flat();
  if (directions.length !== strengths.length)
    throw new ServerError('usage', path, `has ${directions.length} directions, not ${strengths.length}`);
  return [
    // It multiplies all of them.
    ...(contents.has('strength') ? strengthEdit(contents, text, 1) : []),
    ...directions.flatMap((each, index) => strengthEdit(each, text, strengths[index] ?? 0)),
    ...output,
  ];
}

/** Of the strength of one mapping: another value, or a line of its own before everything else. */
function strengthEdit(map: YAMLMap, text: string, strength: number): readonly Edit[] {
  const pair = map.items.find((each) => isNamed(each, 'strength'));
  const [start, end] = rangeOf(pair?.value) ?? [];
  if (start !== undefined && end !== undefined) {
    // A list of several lines takes its last line break with it.
    const { length } = text.slice(start, end).trimEnd();
    return [{ start, end: start + length, text: String(strength) }];
  }
  if (pair !== undefined) {
    const [, after = 0] = rangeOf(pair.key) ?? [];
    const colon = text.indexOf(':', after) + 1;
    return [{ start: colon, end: colon, text: ` ${strength}` }];
  }
  return [lineBefore(map, text, strength)];
}

function lineBefore(map: YAMLMap, text: string, strength: number): Edit {
  const [before] = placeOf(map);
  const column = before - (text.lastIndexOf('\n', before - 1) + 1);
  const rest = map.flow === true ? ', ' : `\n${' '.repeat(column)}`;
  return { start: before, end: before, text: `strength: ${strength}${rest}` };
}

/** Before the output at the top level, so that it stands where people look for it; else before the first key. */
function placeOf(map: YAMLMap): readonly [number, number] {
  const pair = map.items.find((each) => isNamed(each, 'output')) ?? map.items[0];
  const range = rangeOf(pair?.key) ?? [0, 0];
  return [range[0], range[1]];
}

function isNamed({ key }: Pair, name: string): boolean {
  return isScalar(key) && key.value === name;
}

function appended(text: string, lines: string): Edit {
  const isEnded = text === '' || text.endsWith('\n');
  return { start: text.length, end: text.length, text: isEnded ? lines : `\n${lines}` };
}

/** Where a node is; undefined for one that has no text. */
function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node;
  if (!Array.isArray(range)) return undefined;
  const [start, end]: readonly unknown[] = range;
  return typeof start === 'number' && typeof end === 'number' && end > start ? [start, end] : undefined;
}
