import { expect, test } from 'vitest';
import { tieStrengths } from '../../../server/cli/strengthArguments.ts';
import { parseStrengths } from '../../../server/recipes/strengths.ts';

test.each<[typed: string, tied: string]>([
  ['write r.yaml', 'write r.yaml'],
  ['write r.yaml --strength 1.5', 'write r.yaml --strength=1.5'],
  ['write r.yaml --strength -1', 'write r.yaml --strength=-1'],
  ['write r.yaml --strength -1 0.5 1.5', 'write r.yaml --strength=-1 --strength=0.5 --strength=1.5'],
  [
    'write r.yaml --strength -1 -.5 -1e-3 -2.',
    'write r.yaml --strength=-1 --strength=-.5 --strength=-1e-3 --strength=-2.',
  ],
  ['write r.yaml --strength -1,0.5,1.5 -2:2:0.5', 'write r.yaml --strength=-1,0.5,1.5 --strength=-2:2:0.5'],
  ['write --strength -1 r.yaml', 'write --strength=-1 r.yaml'],
  ['write --strength -1 --strength 0.5 r.yaml', 'write --strength=-1 --strength=0.5 r.yaml'],
  ['write --strength=-1 2 r.yaml', 'write --strength=-1 --strength=2 r.yaml'],
  ['write r.yaml --strength a=1.5,b=-0.5 --force', 'write r.yaml --strength=a=1.5,b=-0.5 --force'],
  ['write r.yaml --strength a=1 b=-2', 'write r.yaml --strength=a=1 --strength=b=-2'],
  ['write r.yaml --strength 1 -o out', 'write r.yaml --strength=1 -o out'],
  ['write r.yaml --strength abc', 'write r.yaml --strength=abc'],
  ['write r.yaml --strength', 'write r.yaml --strength'],
  ['write r.yaml --strength --force', 'write r.yaml --force --strength'],
  ['write --strength 1 -- -1 2', 'write --strength=1 -- -1 2'],
  ['write --strength --', 'write --strength --'],
])('%s becomes %s', (typed, tied) => {
  expect(tieStrengths(typed.split(' ')).join(' ')).toBe(tied);
});

test('what is tied is what --strength understands', () => {
  const tied = tieStrengths(['--strength', '-1', '-2:2:2', 'a b=1', '.5,1e1']);
  const values = tied.map((argument) => argument.slice('--strength='.length));
  expect(parseStrengths(values)).toEqual({
    values: [-1, -2, 0, 2, 0.5, 10],
    overrides: new Map([['a b', 1]]),
  });
});
