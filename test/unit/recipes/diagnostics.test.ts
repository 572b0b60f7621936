import { describe, expect, test } from 'vitest';
import type { DiagnosticCode } from '../../../server/recipes/diagnostic.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import { unmarked } from './marked.ts';

const path = '/work/honest.steer.yaml';
const sides = 'positive: a\nnegative: b\n';

type Case = readonly [code: DiagnosticCode, message: RegExp, marked: string];

/** What is underlined stands between «». Of each code at least one case, of each message most. */
const cases: readonly Case[] = [
  // the text
  ['too-large', /131080 characters long; a recipe has at most 131072/, `«»#${'x'.repeat(131_079)}`],
  ['yaml-syntax', /^This is not YAML: .*end with a \]/, 'positive: [a\n«n»egative: b\n'],
  ['yaml-syntax', /This is not YAML: Missing the closing "\.$/, 'positive: "a«»'],
  ['yaml-syntax', /indented with spaces; this is a tab/, 'output:\n«\t»path: x\n'],
  ['yaml-syntax', /A key is a word/, `${sides}«{a: b}»: c\n`],
  ['yaml-syntax', /Unresolved tag: !secret/, 'positive: «!secret» a\nnegative: b\n'],
  ['yaml-syntax', /Recipes have no !!binary/, 'positive: !!binary «aGk=»\nnegative: b\n'],
  ['yaml-syntax', /Recipes have no !!set/, 'directions: !!set «{a, b}»\n'],
  ['yaml-alias', /write out what \*x stands for/, 'positive: &x a\nnegative: «*x»\n'],
  ['several-documents', /a second document begins here/, `${sides}«---\n»${sides}`],
  ['duplicate-key', /`positive` is here twice/, `${sides}«positive»: c\n`],
  ['duplicate-key', /`seed` is here twice/, `${sides}output: { seed: 1, «seed»: 2 }\n`],
  ['empty-recipe', /it names at least the two fine-tunes/, '«»'],
  ['empty-recipe', /The recipe is empty/, '«»# nothing but a comment\n'],
  // keys
  ['unknown-key', /no `strenght` in a recipe\. Did you mean `strength`\?/, `${sides}«strenght»: 1\n`],
  ['unknown-key', /Did you mean `positive`\?/, '«postive»: a\nnegative: b\n'],
  ['unknown-key', /no `zzz` in a recipe\. It knows version, name, base/, `${sides}«zzz»: 1\n`],
  ['unknown-key', /no `frmat` in `output`\. Did you mean `format`\?/, `${sides}output: { «frmat»: auto }\n`],
  [
    'unknown-key',
    /no `other` in `schedule`\. Did you mean `others`/,
    `${sides}schedule: { layers: [1], «other»: 2 }\n`,
  ],
  ['unknown-key', /no `rev` in `base`\. Did you mean `revision`/, `${sides}base: { model: a, «rev»: x }\n`],
  ['unknown-key', /`dtype` in a recipe; it belongs under `output`/, `${sides}«dtype»: float16\n`],
  ['unknown-key', /a stored direction is an item of `directions`/, `${sides}«path»: x\n`],
  [
    'unknown-key',
    /belongs to the whole recipe, not to one direction/,
    'directions: [{ path: a, «target»: x }]\n',
  ],
  ['unknown-key', /no `__proto__` in a recipe/, `${sides}«__proto__»: { strength: 2 }\n`],
  ['unknown-key', /no `constructor` in `output`/, `${sides}output: { «constructor»: 1 }\n`],
  ['reserved-key', /`device` is reserved for a later version/, `${sides}«device»: cpu\n`],
  [
    'invalid-value',
    /`vocabulary` is the text "union"; it takes refuse, intersect or pad/,
    `${sides}vocabulary: «union»\n`,
  ],
  ['reserved-key', /`precision` is reserved/, 'directions: [{ path: a, «precision»: 4 }]\n'],
  ['invalid-value', /`rank` is 0; it takes a whole number from 1/, `${sides}rank: «0»\n`],
  ['wrong-type', /`rank` is 1.5; it takes a whole number from 1/, `${sides}rank: «1.5»\n`],
  ['wrong-type', /`remove` is the text "other"; it takes a list of directions/, `${sides}remove: «other»\n`],
  ['invalid-value', /`remove` is an empty list; it takes a list of directions/, `${sides}remove: «[]»\n`],
  ['wrong-type', /`remove\[0\]` is 3; it takes a direction/, `${sides}remove: [«3»]\n`],
  [
    'invalid-value',
    /`remove\[1\].per` is the text "layer"; it takes model or tensor/,
    `${sides}remove: [a, { direction: b, per: «layer» }]\n`,
  ],
  [
    'unknown-key',
    /no `each` in `directions\[0\].remove\[0\]`. It knows direction, per/,
    'directions: [{ path: a, remove: [{ direction: b, «each»: tensor }] }]\n',
  ],
  ['invalid-value', /`energy` is 0; it takes a share above 0, 1 at most/, `${sides}energy: «0»\n`],
  ['invalid-value', /`energy` is 90; it takes a share above 0, 1 at most/, `${sides}energy: «90»\n`],
  [
    'wrong-type',
    /`directions\[0\].rank` is the text "eight"; it takes a whole number from 1/,
    'directions: [{ path: a, rank: «eight» }]\n',
  ],
  ['missing-key', /`negative` is missing.*or write `negative: base`/, '«positive»: a\n'],
  ['missing-key', /`positive` is missing/, 'strength: 2\n«negative»: a\n'],
  ['missing-key', /`positive` and `negative` are missing.*several under `directions`/, '«name»: x\n'],
  ['missing-key', /are missing.*or the `path` of a stored direction/, 'directions: [{ «name»: x }]\n'],
  [
    'missing-key',
    /`positive\.model` is missing; it takes a path or a Hub id/,
    'positive: «{revision: x}»\nnegative: b\n',
  ],
  [
    'conflicting-keys',
    /`positive` and `path` exclude each other/,
    'directions: [{ path: a, «positive»: b }]\n',
  ],
  ['unsupported-version', /of version 2; this Weight Steering reads version 1/, 'version: «2»\nverb: 1\n'],
  // values
  ['wrong-type', /The recipe is the text "hello"; it takes a mapping/, '«hello»\n'],
  ['wrong-type', /The recipe is a list; it takes a mapping/, '- «a»\n- b\n'],
  [
    'wrong-type',
    /`positive` is 12; it takes a model.*, so put it in quotes/,
    'positive: «12»\nnegative: b\n',
  ],
  ['wrong-type', /`positive` is a list; it takes a model/, 'positive: «[a]»\nnegative: b\n'],
  ['wrong-type', /`strength` is empty; it takes a number or a list/, `${sides}«strength»:\n`],
  ['wrong-type', /`strength` is a mapping/, `${sides}strength: «{a: 1}»\n`],
  ['wrong-type', /`strength\[1\]` is the text "x"; it takes a number/, `${sides}strength: [1, «x»]\n`],
  ['wrong-type', /`include` is the text "\*"; it takes a list of patterns/, `${sides}include: «"*"»\n`],
  ['wrong-type', /`modules` is the text "mlp"; it takes a list of modules/, `${sides}modules: «mlp»\n`],
  ['wrong-type', /`layers` is 1\.5; it takes layers such as/, `${sides}layers: «1.5»\n`],
  ['wrong-type', /`schedule` is 1; it takes a list of factors/, `${sides}schedule: «1»\n`],
  ['wrong-type', /`directions` is empty; it takes a list of directions/, '«directions»:\n'],
  ['wrong-type', /`directions\[0\]` is the text "a"/, 'directions: [«a»]\n'],
  ['wrong-type', /`output` is the text "out"; it takes path, format/, `${sides}output: «out»\n`],
  [
    'wrong-type',
    /`output\.seed` is 1\.5; it takes a whole number from 0/,
    `${sides}output: { seed: «1.5» }\n`,
  ],
  [
    'wrong-type',
    /`directions\[1\]\.strength` is a list/,
    'directions:\n  - path: a\n  - path: b\n    strength: «[1]»\n',
  ],
  [
    'number-as-text',
    /`strength` is the text "1\.5"; .*write 1\.5 without quotes/,
    `${sides}strength: «"1.5"»\n`,
  ],
  ['number-as-text', /write 1\.5 without quotes/, `${sides}strength: «1,5»\n`],
  ['number-as-text', /write -2 without quotes/, `${sides}strength: [1, «−2»]\n`],
  ['number-as-text', /`version` .*write 1 without quotes/, `version: «'1'»\n${sides}`],
  ['not-finite', /`strength` is Infinity/, `${sides}strength: «.inf»\n`],
  ['not-finite', /`strength` is NaN/, `${sides}strength: «.nan»\n`],
  ['not-finite', /`strength` is -Infinity/, `${sides}strength: «-1e999»\n`],
  ['not-finite', /`layers` is Infinity/, `${sides}layers: «.inf»\n`],
  ['invalid-value', /`version` is 0; it takes the number 1/, `version: «0»\n${sides}`],
  [
    'invalid-value',
    /"bf16"; it takes .*\. Did you mean `bfloat16`\?$/,
    `${sides}output: { dtype: «bf16» }\n`,
  ],
  ['invalid-value', /Did you mean `checkpoint`\?$/, `${sides}output: { format: «checkpont» }\n`],
  [
    'invalid-value',
    /"gguf"; it takes auto, adapter, checkpoint, direction or gguf-adapter\. Did you mean `gguf-adapter`\?$/,
    `${sides}output: { format: «gguf» }\n`,
  ],
  ['invalid-value', /`output\.seed` is -1/, `${sides}output: { seed: «-1» }\n`],
  ['invalid-value', /"5XB"; it takes a size such as 5GB/, `${sides}output: { max_shard_size: «5XB» }\n`],
  ['invalid-value', /`strength` is an empty list/, `${sides}strength: «[]»\n`],
  [
    'invalid-value',
    /`strength` is a list of 1001; it takes at most 1000/,
    `${sides}strength: «[${range(1001)}]»\n`,
  ],
  ['invalid-value', /`directions` is an empty list/, 'directions: «[]»\n'],
  ['invalid-value', /`schedule` is an empty list/, `${sides}schedule: «[]»\n`],
  ['invalid-layers', /The range 9-2 ends before it begins; write 2-9/, `${sides}layers: «9-2»\n`],
  ['invalid-layers', /"all" is not a range of layers/, `${sides}layers: «all»\n`],
  ['invalid-layers', /The range 5-3 ends/, `${sides}layers: [1, «5-3»]\n`],
  ['invalid-glob', /ends in a backslash that escapes nothing/, `${sides}include: [«'a\\'»]\n`],
  ['invalid-glob', /An empty pattern matches no tensor/, `${sides}exclude: ['*', «''»]\n`],
  ['invalid-name', /it cannot have "\/"/, `${sides}name: «a/b»\n`],
  ['invalid-name', /A name has letters/, `${sides}name: «..»\n`],
  ['invalid-name', /at most 60 characters; this has 61/, `${sides}name: «${'x'.repeat(61)}»\n`],
  ['invalid-reference', /named by its path or its Hub id; this is empty/, 'positive: «""»\nnegative: b\n'],
  [
    'invalid-reference',
    /not by address: "https:\/\/hf\.co\/a\/b"/,
    'positive: «https://hf.co/a/b»\nnegative: b\n',
  ],
  ['invalid-reference', /for odd names write \{model:/, 'positive: a\nnegative: «a@b@c»\n'],
  ['invalid-reference', /is not MODEL/, 'positive: a\nnegative: «a+b+c»\n'],
  ['invalid-size', /at least one byte/, `${sides}output: { max_shard_size: «0» }\n`],
  [
    'unknown-placeholder',
    /`\{k\}` stands for nothing; a path knows \{name\} and \{strength\}/,
    `${sides}output: { path: «'out-{k}'» }\n`,
  ],
  ['unknown-placeholder', /`\}` stands for nothing/, `${sides}output: { path: «'out-{strength}}'» }\n`],
  ['unknown-placeholder', /An output needs the path of a folder/, `${sides}output: { path: «" "» }\n`],
  // the whole
  ['duplicate-name', /Two directions are called "d"/, 'directions: [{ path: a/d }, { «path»: b/d }]\n'],
  ['duplicate-name', /Two directions are called "d"/, 'directions: [{ path: d }, { path: e, name: «d» }]\n'],
  [
    'duplicate-output',
    /All 2 strengths would be written to one path; add \{strength\}/,
    `${sides}strength: [1, 2]\noutput:\n  path: «out»\n`,
  ],
  ['duplicate-output', /The strength 1 is in the list twice/, `${sides}strength: [1, 2, «1.0»]\n`],
  ['duplicate-output', /The strength 0 is in the list twice/, `${sides}strength: [0, «-0»]\n`],
  ['zero-direction', /are the same model, so the direction is zero/, 'positive: a\nnegative: «a»\n'],
  ['zero-direction', /are the same model/, 'directions: [{ positive: a, negative: «a» }]\n'],
];

/** Does not compile unless it names every code there is. */
const allCodes: Readonly<Record<DiagnosticCode, true>> = {
  'too-large': true,
  'yaml-syntax': true,
  'yaml-alias': true,
  'several-documents': true,
  'duplicate-key': true,
  'empty-recipe': true,
  'unknown-key': true,
  'reserved-key': true,
  'missing-key': true,
  'conflicting-keys': true,
  'unsupported-version': true,
  'wrong-type': true,
  'number-as-text': true,
  'not-finite': true,
  'invalid-value': true,
  'invalid-layers': true,
  'invalid-glob': true,
  'invalid-name': true,
  'invalid-reference': true,
  'invalid-size': true,
  'unknown-placeholder': true,
  'duplicate-name': true,
  'duplicate-output': true,
  'zero-direction': true,
};

describe('what is wrong with a recipe', () => {
  test.each(cases)('%s, %s', (code, message, marked) => {
    const { text, ranges } = unmarked(marked);
    const { recipe, diagnostics } = parseRecipe(text, { path });
    const expected = { code, message: expect.stringMatching(message) };
    expect(diagnostics).toEqual([
      {
        ...expected,
        severity: code === 'zero-direction' ? 'warning' : 'error',
        range: ranges[0],
      },
    ]);
    expect(recipe === undefined).toBe(code !== 'zero-direction');
  });

  test('has a case for every code', () => {
    expect(new Set(cases.map(([code]) => code))).toEqual(new Set(Object.keys(allCodes)));
  });
});

describe('several things wrong', () => {
  test.each([
    [
      'in the order of the text, the misspelt key not reported missing as well',
      `«postive»: a\nnegative: b\n«strenght»: 1\nlayers: «x»\n`,
    ],
    ['a key twice that is not even known', `${sides}output: { «__proto__»: 1, «__proto__»: 2 }\n`],
    ['both sides beside directions', '«positive»: a\n«negative»: b\ndirections: [{ path: d }]\n'],
    [
      'with places that count UTF-16 units and lines that end in CRLF',
      `# 😀\r\n${sides}name: "😀😀"\r\nbase: {model: "😀", «oops»: 1, «y»: 2}\r\n`,
    ],
    [
      'in values on several lines, at their keys',
      'positive: a\nnegative: b\n«strength»:\n  a: 1\n  b: 2\nlayers:\n  - «x»\n',
    ],
  ])('are told %s', (_, marked) => {
    const { text, ranges } = unmarked(marked);
    expect(parseRecipe(text, { path }).diagnostics.map(({ range }) => range)).toEqual(ranges);
  });

  test('because of a nesting that no reader can follow are one', () => {
    const { diagnostics } = parseRecipe('['.repeat(20_000), { path });
    expect(diagnostics.map(({ message }) => message)).toEqual(['This is nested far deeper than any recipe.']);
  });

  test('are at most a hundred', () => {
    const { diagnostics } = parseRecipe(`${sides}strength: [${'x, '.repeat(500)}]\n`, { path });
    expect(diagnostics).toHaveLength(100);
  });

  test('of a later version are not told at all: it has other keys', () => {
    const { diagnostics } = parseRecipe('version: 7\nplus: a\nminus: 3\nstrength: []\n', { path });
    expect(diagnostics.map(({ code }) => code)).toEqual(['unsupported-version']);
  });
});

function range(count: number): string {
  return Array.from({ length: count }, (_, index) => index).join(', ');
}
