import { expect, test } from 'vitest';
import type { Finding } from '#protocol/check.ts';
import { actionsFor } from '../../../server/language/modelFixes.ts';

const path = '/m/model.safetensors.index.json';
const uri = `file://${path}`;
const range = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

function stale(line: number): Finding {
  const fix = { title: 'Drop the entry', edits: [{ range: range(line, 0, 20), newText: '' }] };
  return {
    severity: 'error',
    code: 'stale-entry',
    message: 'No shard has it.',
    file: path,
    range: range(line, 4, 10),
    fix,
  };
}

const weights: Finding = {
  severity: 'warning',
  code: 'missing-format',
  message: 'No format.',
  file: '/m/model-00001-of-00002.safetensors',
  fix: { title: 'Write it' },
};

test('offers edits at their place, and all of a kind at once', () => {
  const found = { version: 1, path, findings: [stale(3), stale(5), stale(5), weights] };
  const actions = actionsFor(uri, found, range(3, 6, 6));
  expect(actions.map(({ title }) => title)).toEqual([
    'Drop the entry',
    'Drop the entry (all 3 of stale-entry)',
  ]);
  expect(actions[0]?.edit?.changes?.[uri]).toEqual(stale(3).fix?.edits);
  expect(actions[1]?.edit?.changes?.[uri]).toHaveLength(2); // Clients refuse edits that overlap.
  expect(actionsFor(uri, found, range(9, 0, 0))).toEqual([]);
});

test('offers a command for what no edit of the text puts right', () => {
  const [action] = actionsFor(uri, { version: 1, path, findings: [weights] }, range(0, 0, 0));
  expect(action?.command).toEqual({
    title: 'Write it',
    command: 'weightSteering.fixModel',
    arguments: ['/m', 'missing-format'],
  });
  expect(action?.diagnostics).toMatchObject([{ message: 'model-00001-of-00002.safetensors: No format.' }]);
});
