import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnalyzeResult } from '#protocol/results.ts';
import type { VocabularyResult } from '#protocol/vocabulary.ts';
import { openEditor } from '../support/editor.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';

const cwd = join(root, 'media/demo');

async function printed<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await steer([...args, '--json'], { cwd });
  expect(code, stderr).toBe(0);
  return parseJson<T>(stdout);
}

test('the Layers and Spectrum panels are told what the command line prints, of every kind of subject', async () => {
  await using editor = await openEditor({ folders: [cwd] });
  const at = (path: string) => join(cwd, path);
  const recipe = { kind: 'recipe', path: at('honest.steer.yaml') } as const;
  const adapter = { kind: 'model', path: at('runs/drifting/checkpoint-60') } as const;
  const cases = [
    [recipe, ['honest.steer.yaml']],
    [adapter, ['runs/drifting/checkpoint-60']],
    [{ kind: 'pair', before: at('base'), after: at('honest') }, ['base', 'honest']],
  ] as const;
  for (const [subject, args] of cases) {
    const told = await editor.ask('direction/analyze', { subject });
    const result = await printed<AnalyzeResult>('analyze', ...args);
    expect(told).toEqual(result);
    expect(told.tensors.some(({ singularValues }) => singularValues !== null)).toBe(true);
  }
  const read = await editor.ask('direction/vocabulary', { subject: recipe, vectors: 3 });
  const result = await printed<VocabularyResult>('vocabulary', 'honest.steer.yaml', '--vectors', '3');
  expect(read).toEqual(result);
  expect(read.rows).toHaveLength(24);
  expect(read.rows.every(({ random }) => random.promoted.length === 10)).toBe(true);
});
