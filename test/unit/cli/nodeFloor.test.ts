import { expect, test } from 'vitest';
import { nodeProblem } from '../../../server/cli/nodeFloor.ts';

test.each(['22.0.0', '24.21.0', '100.1.0'])('Node.js %s will do', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(['20.20.2', '8.0.0'])('Node.js %s is refused with both versions', (version) => {
  expect(nodeProblem(version)).toBe(`Weight Steering needs Node.js 22 or newer; this is ${version}.`);
});
