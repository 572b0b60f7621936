import { isWord, type Pattern, type Place, type Test } from './pythonPattern.ts';

type Instruction =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'place'; readonly place: Place }
  /** Goes on at each of these. */
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'done' };

/** A pattern made ready; `runProgram` takes time proportional to its length times the text's, whatever both are. */
export type Program = readonly Instruction[];

const longest = 10_000;

/** Undefined where counted repetitions make it longer than any pattern that names modules. */
export function toProgram(pattern: Pattern): Program | undefined {
  if (sizeOf(pattern) >= longest) return undefined;
  const program: Instruction[] = [];
  append(program, pattern);
  return [...program, { kind: 'done' }];
}

/**
 * Whether the pattern matches from the text's start; where the match has to end, the pattern itself says.
 * `spend` is told of every instruction that is looked at, and may throw.
 */
export function runProgram(program: Program, text: string, spend: (instructions: number) => void): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const seen = new Int32Array(program.length).fill(-1);
  let current = follow(program, [0], { points, at: 0, seen });
  for (let at = 0; at < points.length && !current.done && current.ones.length > 0; at++) {
    const point = points[at] ?? 0;
    const next: number[] = [];
    for (const index of current.ones) {
      const instruction = program[index];
      if (instruction?.kind === 'one' && instruction.test(point)) next.push(index + 1);
    }
    current = follow(program, next, { points, at: at + 1, seen });
    spend(current.looked);
  }
  return current.done;
}

interface Threads {
  /** Instructions that wait for a code point, each once. */
  readonly ones: readonly number[];
  readonly done: boolean;
  /** How many instructions it took. */
  readonly looked: number;
}

interface Standing {
  readonly points: readonly number[];
  readonly at: number;
  /** By instruction, the last place at which it was looked at. */
  readonly seen: Int32Array;
}

/** Everything that is reached without a code point; `open` is used up. */
function follow(program: Program, open: number[], { points, at, seen }: Standing): Threads {
  const ones: number[] = [];
  let done = false;
  let looked = 0;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const instruction = program[index];
    if (instruction === undefined || seen[index] === at) continue;
    seen[index] = at;
    looked++;
    if (instruction.kind === 'one') ones.push(index);
    else if (instruction.kind === 'split') open.push(...instruction.to);
    else if (instruction.kind === 'done') done = true;
    else if (isAt(instruction.place, points, at)) open.push(index + 1);
  }
  return { ones, done, looked };
}

function isAt(place: Place, points: readonly number[], at: number): boolean {
  const left = points.length - at;
  if (place === 'start') return at === 0;
  if (place === 'very-end') return left === 0;
  if (place === 'end') return left === 0 || (left === 1 && points[at] === 0x0a);
  const [before, after] = [points[at - 1], points[at]];
  const isEdge = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  return place === 'edge' ? isEdge : !isEdge && points.length > 0;
}

function append(program: Instruction[], pattern: Pattern): void {
  if (pattern.kind === 'one' || pattern.kind === 'place') program.push(pattern);
  else if (pattern.kind === 'sequence') for (const part of pattern.parts) append(program, part);
  else if (pattern.kind === 'choice') appendChoice(program, pattern.parts);
  else appendRepeat(program, pattern);
}

/** Each part ends with a jump behind the last. */
function appendChoice(program: Instruction[], parts: readonly Pattern[]): void {
  const starts: number[] = [];
  const ends: number[] = [];
  const choose = program.push(nowhere) - 1;
  for (const part of parts) {
    starts.push(program.length);
    append(program, part);
    ends.push(program.push(nowhere) - 1);
  }
  program[choose] = { kind: 'split', to: starts };
  for (const end of ends) program[end] = { kind: 'split', to: [program.length] };
}

function appendRepeat(
  program: Instruction[],
  { part, least, most }: Pattern & { readonly kind: 'repeat' },
): void {
  for (let count = 0; count < least; count++) append(program, part);
  if (most === Infinity) {
    const start = program.push(nowhere) - 1;
    append(program, part);
    program.push({ kind: 'split', to: [start] });
    program[start] = { kind: 'split', to: [start + 1, program.length] };
    return;
  }
  const skips: number[] = [];
  for (let count = least; count < most; count++) {
    skips.push(program.push(nowhere) - 1);
    append(program, part);
  }
  for (const skip of skips) program[skip] = { kind: 'split', to: [skip + 1, program.length] };
}

const nowhere: Instruction = { kind: 'split', to: [] };

function sizeOf(pattern: Pattern): number {
  if (pattern.kind === 'one' || pattern.kind === 'place') return 1;
  if (pattern.kind === 'repeat') {
    const { part, least, most } = pattern;
    return (sizeOf(part) + 1) * (most === Infinity ? least + 1 : most) + 1;
  }
  return pattern.parts.reduce((sum, part) => sum + sizeOf(part) + 1, 1);
}
