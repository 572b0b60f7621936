import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ForkedWork } from '../../../server/forkedWork.ts';
import { settings } from '../../support/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Answers no cancel; answers what it was asked for first once three times the patience has passed after one. */
const deaf = `process.on('message', ({ kind }) => {
  const reply = () => process.send({ kind: 'reply', id: 1, outcome: { ok: true, value: [] } });
  if (kind === 'cancel') setTimeout(reply, 300);
});`;

test('a cancel that is not answered ends the process, but not while others wait for an answer that comes', async () => {
  await using folder = await temporaryFolder();
  const script = join(folder.path, 'deaf.cjs');
  await writeFile(script, deaf);
  const log: string[] = [];
  const work = new ForkedWork({ script, patienceMilliseconds: 100, log: (text) => log.push(text) });
  const asked = { method: 'models/cached', params: null, settings } as const;
  const other = work.request(asked, { signal: new AbortController().signal, report: vi.fn() });
  const controller = new AbortController();
  const cancelled = work.request(asked, { signal: controller.signal, report: vi.fn() });
  controller.abort();
  const end = expect(cancelled).rejects.toMatchObject({ failure: { code: 'worker-crashed' } });
  expect(await other).toEqual([]);
  await end;
  expect(log[0]).toMatch(/did not answer a cancel/);
});
