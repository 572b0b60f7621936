import * as fc from 'fast-check';
import { mutatedBytes, mutatedJson } from '../support/mutated.ts';
import { seeded } from '../support/seeded.ts';
import type { Parser } from './parsers.ts';

/** Any input whatsoever: bytes, texts, JSON, and JSON in a frame. */
const anything: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map(encoded),
  fc.json({ maxDepth: 4 }).map(encoded),
  fc.json({ maxDepth: 3 }).map((text) => framed(encoded(text))),
);

const batch = 256;

/** The inputs of a parser, the same for the same seed: one in four is anything whatsoever, the others are mutated. */
export function* inputsFor(
  { corpus, isFramed = false }: Parser,
  seed: number,
): Generator<Uint8Array<ArrayBuffer>, never> {
  for (let from = 0; ; from += batch) {
    const random = seeded(seed + from);
    yield* fc.sample(anything, { numRuns: batch / 4, seed: seed + from }).map(copied);
    for (let at = 0; at < (3 * batch) / 4; at++) {
      const original = corpus[at % corpus.length] ?? new Uint8Array();
      yield copied(isFramed ? mutatedFrame(random, original) : mutated(random, original));
    }
  }
}

type Random = () => number;

/** Mutated as text or, half of the time, as JSON where it is some. */
function mutated(random: Random, original: Uint8Array): Uint8Array {
  const value = random() < 0.5 ? parsed(original) : undefined;
  if (value === undefined) return mutatedBytes(random, original);
  return encoded(JSON.stringify(mutatedJson(random, value)) ?? 'null');
}

/** The length is that of the mutated text, but now and then it is mutated too. */
function mutatedFrame(random: Random, original: Uint8Array): Uint8Array {
  if (random() < 0.3) return mutatedBytes(random, original);
  const length = Number(new DataView(original.buffer, original.byteOffset).getBigUint64(0, true));
  const text = mutated(random, original.subarray(8, 8 + length));
  return framed(text, original.subarray(8 + length));
}

function framed(text: Uint8Array, data: Uint8Array = new Uint8Array()): Uint8Array {
  const whole = new Uint8Array(8 + text.length + data.length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
  whole.set(text, 8);
  whole.set(data, 8 + text.length);
  return whole;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
