import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStaging } from '../../../server/bytes/staging.ts';
import { toRecord } from '../../../server/steering/writing/statisticsRecord.ts';
import { WorkJournal } from '../../../server/steering/writing/workJournal.ts';
import type { Statistics } from '../../../server/work/job.ts';
import { checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { scene } from './scene.ts';

const statistics: Statistics = {
  elements: 4,
  movingSquares: 0,
  sourceSquares: 0,
  product: 0,
  maxAbs: 0,
  changed: 0,
  notFinite: 0,
  places: [],
};

describe('what was finished in both of two outputs', () => {
  test.each([
    ['is known again', [], [0, 1]],
    ['is known by none where the first was lost', ['a'], []],
    ['is known by none where the last was lost', ['b'], []],
  ])('%s', async (_, lost, finished) => {
    await using folder = await temporaryFolder();
    const both = () =>
      Promise.all(['a', 'b'].map((name) => openStaging(join(folder.path, name), { plan: 'p' })));
    for (const staging of await both()) {
      await staging.record([0, 1], toRecord(new Map([[0, statistics]])));
      await staging.close();
    }
    for (const name of lost) rmSync(join(folder.path, `.${name}.steering`), { recursive: true });
    const again = await both();
    const journal = new WorkJournal(again);
    expect([...journal.finished]).toEqual(finished);
    // Of exactly the units that are not done again: what is noted is added.
    expect([...journal.statistics.keys()]).toEqual(finished.length === 0 ? [] : [0]);
    for (const staging of again) await staging.close();
  });
});

describe('a record that fails', () => {
  afterEach(() => vi.restoreAllMocks());

  test('ends the work there, and nothing is recorded after it', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const record = vi.fn<(units: Iterable<number>, payload: unknown) => Promise<void>>();
    record.mockRejectedValueOnce(new Error('the disk is failing')).mockResolvedValue();
    const journal = new WorkJournal([{ finished: new Set<number>(), payload: null, record }]);
    now.mockReturnValue(6000);
    journal.note(0, 0, statistics);
    await vi.waitFor(() => expect(() => journal.note(1, 0, statistics)).toThrow('the disk is failing'));
    now.mockReturnValue(60_000);
    expect(() => journal.note(2, 0, statistics)).toThrow('the disk is failing');
    await expect(journal.settle()).rejects.toThrow('the disk is failing');
    expect(record).toHaveBeenCalledTimes(1);
  });
});

describe('one of two outputs that is gone', () => {
  const { at, write } = scene();
  const recipe = { base: 'base', positive: 'plus', negative: 'base' };
  const run = { strengths: [1, 2] };

  beforeAll(async () => {
    checkpointFolder(at('base'), { w: matrix(2, 2, 1) });
    checkpointFolder(at('plus'), { w: matrix(2, 2, 2) });
    await write(recipe, { ...run, paths: [at('one'), at('two')] });
    rmSync(at('two'), { recursive: true });
  });

  test('is not written beside what may be a copy of the other', async () => {
    const again = write(recipe, { ...run, paths: [at('one'), at('two')] });
    await expect(again).rejects.toMatchObject({ code: 'output-exists', subject: at('one') });
    expect(existsSync(at('two'))).toBe(false);
    expect(existsSync(at('.two.steering'))).toBe(false);
  });

  test('is written where the other may be replaced', async () => {
    const { outputs } = await write(recipe, { ...run, paths: [at('one'), at('two')], force: true });
    expect(outputs).toHaveLength(2);
    expect(existsSync(join(at('two'), 'model.safetensors'))).toBe(true);
  });
});
