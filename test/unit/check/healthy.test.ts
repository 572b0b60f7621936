import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingsOf } from './findingsOf.ts';
import { root } from '../../support/steer.ts';

const demo = join(root, 'media/demo');
const adapters = join(root, 'test/fixtures/adapters');

/** What is odd about a fixture on purpose. */
const trueOf = new Map([['regular-patterns', ['unused-pattern']]]);

describe('what is well', () => {
  test.each(['base', 'honest', 'sycophantic', 'task', 'task-bare', 'seeds/2/honest', 'runs/control'])(
    '%s of the demo family has nothing wrong with it',
    async (name) => {
      expect(await findingsOf([join(demo, name)])).toEqual([]);
    },
  );
});

describe('what PEFT and transformers wrote', () => {
  test.each(readdirSync(join(adapters, 'cases')))('%s has no error', async (name) => {
    const inside = name === 'named' ? 'adapter/named' : 'adapter';
    const findings = await findingsOf([join(adapters, 'cases', name, inside)]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code)).toEqual(
      trueOf.get(name) ?? [],
    );
  });

  test.each(readdirSync(join(adapters, 'bases')))(
    'the base %s has no error, and only an end token that it cannot say',
    async (name) => {
      const findings = await findingsOf([join(adapters, 'bases', name)]);
      const told = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
      expect(told).toEqual(name.startsWith('gpt2') ? ['unknown-eos'] : []);
    },
  );
});
