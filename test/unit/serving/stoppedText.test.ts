import { expect, test } from 'vitest';
import { StoppedText } from '../../../server/serving/stoppedText.ts';

/** Each token is its own text; what was told after each, and at the end. */
function told(stops: readonly string[], tokens: readonly string[], rest = '') {
  const text = new StoppedText<string>(stops);
  const pieces = [];
  for (const token of tokens) {
    pieces.push(text.push(token, token));
    if (text.isStopped) break;
  }
  pieces.push(text.end(rest));
  return {
    texts: pieces.map((piece) => piece.text),
    tokens: pieces.flatMap((piece) => piece.tokens),
    isStopped: text.isStopped,
  };
}

test.each([
  [[], ['a', 'b'], { texts: ['a', 'b', ''], tokens: ['a', 'b'], isStopped: false }],
  // Within a token: it begins before the stop.
  [['lo'], ['hel', 'lo', 'x'], { texts: ['he', 'l', ''], tokens: ['hel'], isStopped: true }],
  // Over three tokens, and held back meanwhile.
  [['bcd'], ['ab', 'c', 'd', 'e'], { texts: ['a', '', '', ''], tokens: ['ab'], isStopped: true }],
  [['bcd'], ['ab', 'c', 'x'], { texts: ['a', '', 'bcx', ''], tokens: ['ab', 'c', 'x'], isStopped: false }],
  // What only begins like one is told at the end.
  [['bcd'], ['ab', 'c'], { texts: ['a', '', 'bc'], tokens: ['ab', 'c'], isStopped: false }],
  // The first that comes counts, not the first that is named.
  [['d', 'b'], ['abcd'], { texts: ['a', ''], tokens: ['abcd'], isStopped: true }],
  [['aab'], ['aa', 'ab'], { texts: ['', 'a', ''], tokens: ['aa'], isStopped: true }],
  [['a'], ['a', 'b'], { texts: ['', ''], tokens: [], isStopped: true }],
])('with %j, %j come as %j', (stops, tokens, expected) => {
  expect(told(stops, tokens)).toEqual(expected);
});

test('a character whose bytes are spread over tokens comes with the last of them, and its tokens with it', () => {
  const text = new StoppedText<number>(['!']);
  expect(text.push('', 1)).toEqual({ text: '', tokens: [] });
  expect(text.push('é', 2)).toEqual({ text: 'é', tokens: [1, 2] });
  expect(text.push('', 3)).toEqual({ text: '', tokens: [] });
  expect(text.end('\ufffd')).toEqual({ text: '\ufffd', tokens: [3] });
});
