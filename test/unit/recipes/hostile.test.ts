import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServerError } from '../../../server/errors.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const path = '/work/hostile.steer.yaml';
const longest = 128 * 1024;
const sides = 'positive: a\nnegative: b\n';

/** As much of it as a recipe may have. */
const full = (part: string) => part.repeat(Math.floor(longest / part.length));

const bomb = Array.from({ length: 20 }, (_, level) => {
  const item = level === 0 ? 'lol' : `*a${level - 1}`;
  return `a${level}: &a${level} [${Array.from({ length: 10 }, () => item).join(', ')}]`;
}).join('\n');

/** Texts that have cost some reader its memory, its stack or its time; every one is refused. */
const texts: readonly (readonly [name: string, code: string, text: string])[] = [
  ['10 MB', 'too-large', '#'.repeat(10_000_000)],
  ['an alias bomb', 'yaml-alias', bomb],
  ['an alias of itself', 'yaml-alias', '&a [*a]'],
  ['an alias of nothing', 'yaml-alias', 'positive: *nowhere\nnegative: b\n'],
  ['a merge key', 'yaml-alias', 'x: &x {positive: a}\n<<: *x\nnegative: b\n'],
  ['an alias as a key', 'yaml-syntax', '&a x: 1\n*a : 2\n'],
  ['ten thousand anchors', 'wrong-type', full('- &a a\n')],
  ['brackets that never close', 'yaml-syntax', full('[')],
  ['braces that never close', 'yaml-syntax', full('{a: ')],
  ['brackets that close at last', 'yaml-syntax', '['.repeat(longest / 2) + ']'.repeat(longest / 2)],
  ['dashes within dashes', 'yaml-syntax', full('- ')],
  ['question marks within question marks', 'yaml-syntax', full('? ')],
  [
    'mappings 300 levels deep',
    'unknown-key',
    Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
  ],
  [
    'ten thousand unknown keys',
    'unknown-key',
    Array.from({ length: 10_000 }, (_, at) => `k${at}: 1`).join('\n'),
  ],
  ['one key ten thousand times', 'unknown-key', full('a: 1\n')],
  ['ten thousand broken directions', 'unknown-key', `directions:\n${'- {pth: a}\n'.repeat(10_000)}`],
  ['a key of 100,000 letters', 'yaml-syntax', `${'x'.repeat(100_000)}: 1`],
  ['an explicit key of 100,000 letters', 'unknown-key', `? ${'x'.repeat(100_000)}\n: 1\n${sides}`],
  ['a number of 100,000 digits as text', 'wrong-type', `${sides}strength: "${'9'.repeat(100_000)}x"`],
  [
    'a size of 100,000 digits',
    'invalid-value',
    `${sides}output: {max_shard_size: "${'9'.repeat(100_000)}x"}`,
  ],
  ['layers of 100,000 digits', 'invalid-layers', `${sides}layers: "${'1'.repeat(100_000)}"`],
  ['a path of 100,000 braces', 'unknown-placeholder', `${sides}output: {path: "${'{'.repeat(100_000)}"}`],
  ['a reference of 100,000 ats', 'invalid-reference', `positive: "${'@'.repeat(100_000)}"\nnegative: b`],
  ['a name of 100,000 letters', 'invalid-name', `${sides}name: ${'x'.repeat(100_000)}`],
  ['directives without end', 'yaml-syntax', full('%a\n')],
  ['documents without end', 'several-documents', full('---\n')],
  ['tags without end', 'yaml-syntax', full('!!a ')],
  ['a tag that would run code elsewhere', 'yaml-syntax', 'positive: !!js/function "() => 1"\nnegative: b\n'],
  ['a tag that makes objects elsewhere', 'yaml-syntax', '!!python/object/apply:os.system ["true"]'],
  ['tabs for spaces', 'yaml-syntax', 'output:\n\tpath: x\n'],
  ['nothing but tabs', 'empty-recipe', full('\t')],
  ['nothing but line ends', 'empty-recipe', full('\n')],
  ['zero characters', 'wrong-type', full('\0')],
  ['a zero character in a path', 'invalid-reference', 'positive: "a\\0b"\nnegative: b\n'],
  ['half surrogates', 'wrong-type', full('\ud800')],
  ['old Macintosh line ends', 'wrong-type', full('\r')],
  ['`__proto__` as a key', 'unknown-key', `${sides}__proto__: {strength: 3}\n`],
  [
    '`__proto__` in a reference',
    'unknown-key',
    'positive: {model: a, __proto__: {adapter: x}}\nnegative: b\n',
  ],
  ['`__proto__` in place of the keys', 'unknown-key', '__proto__: {positive: a, negative: b}\n'],
  ['`toString` as a key', 'unknown-key', `${sides}toString: 1\n`],
  ['a literal block as a number', 'wrong-type', `${sides}strength: |\n${' 9\n'.repeat(10_000)}`],
];

describe('a hostile recipe', () => {
  test.each(texts)('%s is refused', (_, code, text) => {
    const { recipe, diagnostics } = parseRecipe(text, { path });
    expect(recipe).toBeUndefined();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(diagnostics.length).toBeLessThanOrEqual(100);
    for (const { message } of diagnostics) expect(message.length).toBeLessThan(600);
  });

  test.each([
    ['a byte order mark', `\ufeff${sides}`],
    ['CRLF', sides.replaceAll('\n', '\r\n')],
    ['no line end at its end', sides.trimEnd()],
    ['a document mark', `---\n${sides}...\n`],
    ['anchors that nobody uses', 'positive: &x a\nnegative: &y b\n'],
    [
      'tags that say what its values are anyway',
      '!!map\npositive: !!str a\nnegative: b\nstrength: !!float 1.5\n',
    ],
    ['JSON', '{"positive": "a", "negative": "b"}'],
    ['words that are numbers elsewhere', 'positive: 0o7a\nnegative: 2001-01-01\n'],
  ])('with %s is a recipe like any other', (_, text) => {
    expect(parseRecipe(text, { path }).diagnostics).toEqual([]);
  });

  test('leaves the prototypes of objects alone', () => {
    parseRecipe(`${sides}__proto__: {polluted: 1}\noutput: {__proto__: {polluted: 1}}\n`, { path });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('never throws, and keeps every range within the text, whatever the text', () => {
    const piece = fc.constantFrom(
      'positive',
      'negative: ',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '\n',
      '  ',
      '\t',
      '"',
      "'",
      '|',
      '>',
      '#',
      '&a',
      '*a',

      '!!str',
      '!',
      '%',
      '---\n',
      '? ',
      '1.5',
      '.inf',
      'null',
      'directions:\n',
      'output:\n  ',
      'strength',
      '\r\n',
      '😀',
      ',',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (text) => {
        const lines = text.split(/\r\n?|\n/);
        const { recipe, diagnostics } = parseRecipe(text, { path });
        expect(recipe === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        for (const { range } of diagnostics) {
          for (const { line, character } of [range.start, range.end]) {
            expect(line).toBeLessThan(lines.length);
            expect(character).toBeLessThanOrEqual((lines[line] ?? '').length + 1);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readRecipe', () => {
  test.each([
    [
      'text that is not UTF-8',
      Buffer.from('positive: caf\xe9\nnegative: b\n', 'latin1'),
      'invalid-recipe',
      /is not UTF-8 text$/,
    ],
    ['UTF-16', Buffer.from(`\ufeff${sides}`, 'utf16le'), 'invalid-recipe', /is not UTF-8 text$/],
    [
      'a weights file',
      Buffer.alloc(600_000, 1),
      'invalid-recipe',
      /has 600000 bytes; a recipe has at most 524288$/,
    ],
    [
      'a small binary file',
      Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0x2e),
      'invalid-recipe',
      /is not UTF-8 text$/,
    ],
    ['an empty file', '', 'invalid-recipe', /x\.steer\.yaml:1:1: The recipe is empty/],
    [
      'a mistake, with line and column from 1',
      `${sides}strenght: 1\n`,
      'invalid-recipe',
      /x\.steer\.yaml:3:1: There is no `strenght`/,
    ],
    [
      'several mistakes, of which it counts the others',
      'layers: x\nschedule: y\n',
      'invalid-recipe',
      /\(and 2 more\)$/,
    ],
    ['a later version', 'version: 2\n', 'unsupported-version', /x\.steer\.yaml:1:10: .* of version 2/],
    [
      'one path for two strengths',
      `${sides}strength: [1, 2]\noutput: {path: out}\n`,
      'duplicate-output',
      /add \{strength\} to it/,
    ],
  ])('refuses %s', async (_, bytes, code, message) => {
    await using folder = await temporaryFolder();
    const path = await file(folder.path, bytes);
    const error = await readRecipe(path).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code, subject: path, message: expect.stringMatching(message) });
  });

  test('names a file that is not there', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'none.steer.yaml');
    await expect(readRecipe(path)).rejects.toMatchObject({ code: 'file-not-found', subject: path });
  });

  test('refuses a folder', async () => {
    await using folder = await temporaryFolder();
    await expect(readRecipe(folder.path)).rejects.toBeInstanceOf(ServerError);
  });

  test('reads past a warning', async () => {
    await using folder = await temporaryFolder();
    const path = await file(folder.path, 'positive: a\nnegative: a\n');
    expect(await readRecipe(path)).toMatchObject({ name: 'x', folder: folder.path });
  });

  test('stops when aborted', async () => {
    await using folder = await temporaryFolder();
    const path = await file(folder.path, sides);
    await expect(readRecipe(path, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

async function file(folder: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, 'x.steer.yaml');
  await writeFile(path, bytes);
  return path;
}
