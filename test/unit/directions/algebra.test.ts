import { expect, test } from 'vitest';
import { restricted, scaled, sum } from '../../../server/directions/algebra.ts';
import type { Direction, Term } from '../../../server/directions/term.ts';
import { dense } from '../../../server/directions/terms.ts';
import { brief, stored } from './samples.ts';

const term = (file: string, scale = 1): Term => dense(stored(file, 'w'), scale);

function direction(tensors: Readonly<Record<string, readonly Term[]>>, untied = false): Direction {
  const entries = Object.entries(tensors).map(
    ([name, terms]) => [name, { name, shape: [4, 6], terms }] as const,
  );
  return { name: 'w', tensors: new Map(entries), untied };
}

function briefly({ tensors }: Direction) {
  return Object.fromEntries([...tensors].map(([name, { terms }]) => [name, terms.map(brief)]));
}

test('factors go tensor by tensor, and zero takes a tensor out', () => {
  const w = scaled(direction({ x: [term('a')], y: [term('a')] }), (name) => (name === 'x' ? -2 : 0));
  expect(briefly(w)).toEqual({ x: ['-2 a:w'] });
});

test('a restriction leaves the others out', () => {
  expect(briefly(restricted(direction({ x: [term('a')], y: [term('a')] }), (name) => name === 'y'))).toEqual({
    y: ['1 a:w'],
  });
});

test('sums list terms, add up like ones, and lose what cancels', () => {
  const one = direction({ x: [term('a')], y: [term('a')] });
  const two = direction({ x: [term('b')], y: [term('a', -1)], z: [term('a', 3)] });
  expect(briefly(sum('w', [one, two], undefined))).toEqual({ x: ['1 a:w', '1 b:w'], z: ['3 a:w'] });
});

test('where one direction moves a tied head apart, the others move it as the embedding', () => {
  const tied = { embedding: 'e', head: 'h' };
  const together = direction({ e: [term('a')] });
  const apart = direction({ h: [term('b')] }, true);
  const both = sum('w', [together, apart], tied);
  expect(both.untied).toBe(true);
  expect(briefly(both)).toEqual({ e: ['1 a:w'], h: ['1 a:w', '1 b:w'] });
});

test('directions of models of other shapes are refused', () => {
  const wide = new Map([['x', { name: 'x', shape: [4, 8], terms: [term('b')] }]]);
  const other: Direction = { name: 'other', tensors: wide, untied: false };
  expect(() => sum('w', [direction({ x: [term('a')] }), other], undefined)).toThrow(
    /b: tensor "x" is \[4, 8\] here and \[4, 6\] in another direction of w/,
  );
});
