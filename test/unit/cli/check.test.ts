import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult, Finding } from '#protocol/check.ts';
import { checkGithub } from '../../../server/cli/checkGithub.ts';
import { checkSarif } from '../../../server/cli/checkSarif.ts';
import { checkText } from '../../../server/cli/checkText.ts';
import { jsonText } from '../../../server/cli/jsonText.ts';
import { printable } from '../../../server/cli/printable.ts';
import { checkpoint, config, place, sharded } from '../../support/checkScene.ts';
import { sarifLog } from '../../support/sarif.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { findingsOf } from '../check/findingsOf.ts';

const folder = '/work';
const range = { start: { line: 3, character: 7 }, end: { line: 3, character: 9 } };
const findings: readonly Finding[] = [
  {
    severity: 'error',
    code: 'shape-mismatch',
    message: 'vocab_size is 100 %,\nbut: "a::b" is [1].',
    file: '/work/a, b:c/config.json',
    tensor: 'a::b',
    range,
    related: [{ file: '/elsewhere/x y.safetensors', message: 'Here.' }],
    fix: { title: 'Correct it' },
  },
  { severity: 'info', code: 'wrong-total-size', message: 'It is 1.', file: '/work/index.json' },
];
const result: CheckResult = { findings, models: [{ path: '/work/a', values: false }] };

test('text has each file once, places from 1, and what --fix would do', () => {
  const fixed = [
    { code: 'rank-mismatch', file: '/work/x.json', title: 'Correct r', backup: '/work/x.json.bak' } as const,
  ];
  expect(checkText({ ...result, fixed }, folder)).toBe(`Fixed x.json: Correct r (before: x.json.bak)

a, b:c/config.json
  error    4:8 vocab_size is 100 %,
but: "a::b" is [1]. (shape-mismatch)
           --fix: Correct it

index.json
  info     It is 1. (wrong-total-size)

1 model: 1 error, 1 note. 1 of them can be put right with --fix. The values of 1 model were not read (--values).`);
});

test('text says where nothing is wrong', () => {
  const models = [{ path: '/work/a', values: true }];
  expect(checkText({ findings: [], models }, folder)).toBe('1 model: nothing is wrong.');
});

test('GitHub commands are escaped as @actions/core does', () => {
  expect(checkGithub(result, folder).split('\n')).toEqual([
    '::error file=a%2C b%3Ac/config.json,line=4,endLine=4,col=8,endColumn=10,title=shape-mismatch::vocab_size is 100 %25,%0Abut: "a::b" is [1].',
    '::notice file=index.json,title=wrong-total-size::It is 1.',
  ]);
});

describe('SARIF', () => {
  const log = JSON.parse(checkSarif(result, folder));
  const [run] = log.runs;

  test('is of version 2.1.0, with a rule for every code', () => {
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'Weight Steering' } } }],
    });
    for (const { ruleId, ruleIndex, level, message } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
    }
  });

  test('has the shape that its schema asks for, also of a model with everything wrong', async () => {
    await using scratch = await temporaryFolder();
    const { 'model.safetensors.index.json': _index, ...shards } = sharded();
    place(join(scratch.path, 'unindexed'), shards);
    place(join(scratch.path, 'misshapen'), { ...checkpoint(), 'config.json': { ...config, vocab_size: 3 } });
    const found = await findingsOf(['unindexed', 'misshapen'].map((name) => join(scratch.path, name)));
    expect(found.length).toBeGreaterThan(1);
    const logs = [log, JSON.parse(checkSarif({ findings: found, models: [] }, scratch.path))];
    for (const each of logs) {
      expect(sarifLog.safeParse(each).error?.issues).toBeUndefined();
      const { message: _, ...mute } = each.runs[0].results[0];
      const broken = { ...each, runs: [{ ...each.runs[0], results: [mute] }] };
      expect(sarifLog.safeParse(broken).success).toBe(false);
    }
  });

  test('has addresses below the root, or of files, and regions from 1', () => {
    const [{ locations, relatedLocations }] = run.results;
    expect(locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'a%2C%20b%3Ac/config.json', uriBaseId: '%SRCROOT%' },
      region: { startLine: 4, startColumn: 8, endLine: 4, endColumn: 10 },
    });
    expect(relatedLocations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'file:///elsewhere/x%20y.safetensors',
    });
  });
});

test('JSON stays JSON on its way to a terminal', () => {
  const name = 'a\u2028\u0085\u202e\u001b';
  expect(JSON.parse(printable(jsonText({ name })))).toEqual({ name });
  expect(join(name)).toBe(name);
});
