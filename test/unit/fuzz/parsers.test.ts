import { afterAll, describe, expect, test } from 'vitest';
import { inputsFor } from '../../fuzz/inputs.ts';
import { outcomeOf } from '../../fuzz/outcome.ts';
import { createParsers } from '../../fuzz/parsers.ts';

/** A slice of `npm run fuzz`. */
const parsers = createParsers();
afterAll(() => parsers[Symbol.dispose]());
const most = 2000;

describe('whatever it is given, nothing but a foreseen failure comes from the parser of', () => {
  test.each(parsers.all.map((parser) => [parser.name, parser] as const))('%s', async (_, parser) => {
    const count = Math.max(40, most / parser.share);
    const outcomes = new Set<string>();
    let number = 0;
    for (const bytes of inputsFor(parser, 7)) {
      outcomes.add(await outcomeOf(parser, bytes));
      if (++number >= count) break;
    }
    expect(outcomes).toContain('read');
  });

  test('which all have valid inputs to begin with', async () => {
    for (const parser of parsers.all)
      for (const bytes of parser.corpus) expect(await outcomeOf(parser, Uint8Array.from(bytes))).toBe('read');
  });
});
