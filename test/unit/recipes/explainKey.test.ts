import { expect, test } from 'vitest';
import { explainKey } from '../../../server/recipes/explainKey.ts';
import { unmarked } from './marked.ts';

/** The key between the marks, asked for in its middle. */
function explained(text: string) {
  const { text: plain, ranges } = unmarked(text);
  const [range] = ranges;
  const { line, character } = range!.start;
  const found = explainKey(plain, { line, character: character + 1 });
  expect(found === undefined || found.range).toEqual(found === undefined || range);
  return found?.text;
}

test.each([
  ['positive: a\nnegative: b\n«strength»: 2\n', /^k, which others call scale or coefficient/],
  ['«positive»: a\n', /shows the behaviour/],
  ['output:\n  «dtype»: float32\n', /Element type/],
  ['output: { «path»: out }\n', /Folder to write/],
  ['directions:\n  - { name: x, «strength»: 1 }\n', /^How far to go along this direction/],
  ['positive: { model: a, «revision»: b }\n', /Branch, tag or commit/],
  ['«remove»: [a]\n', /^Projects other directions out/],
  ['remove: [{ direction: a, «per»: tensor }]\n', /one coefficient over all tensors/],
  ['schedule:\n  «others»: 1\n', /outside layers/],
])('%s', (text, expected) => {
  expect(explained(text)).toMatch(expected);
});

test.each([
  ['an unknown key', '«strenght»: 1\n'],
  ['a value', 'positive: «strength»\n'],
  ['a comment', '# «strength»\npositive: a\n'],
  ['a key where it does not belong', 'output:\n  «positive»: a\n'],
  ['what is no recipe', '- «strength»\n'],
])('%s is not explained', (_, text) => {
  expect(explained(text)).toBeUndefined();
});
