import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAdapter } from '../../../server/models/adapter.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** One adapter, as PEFT writes it now and as it did before version 0.5. */
const now = join(root, 'test/fixtures/adapters/cases/all-linear/adapter');
const before = join(root, 'test/fixtures/pickles/adapter');

test('an adapter in a pickle has the factors of the same one in safetensors', async () => {
  expect(await facts(before)).toEqual(await facts(now));
});

test('a pickle that PEFT itself wrote is read', async () => {
  const folder = join(root, 'test/fixtures/adapters/pickle');
  const { factors, warnings } = await readAdapter(folder, { reference: 'pickle' });
  expect(factors.length).toBeGreaterThan(0);
  expect(warnings).toEqual([]);
});

test('is not read where pickles are not', async () => {
  const reading = readAdapter(before, { reference: before, readsPickles: false });
  await expect(reading).rejects.toMatchObject({ code: 'untrusted-workspace' });
});

test('is passed over where safetensors are there too, as PEFT does', async () => {
  await using folder = await temporaryFolder();
  for (const from of [before, now]) cpSync(from, folder.path, { recursive: true });
  const { files } = await readAdapter(folder.path, { reference: 'both', readsPickles: false });
  expect(files.map(({ path }) => path)).toEqual([join(folder.path, 'adapter_model.safetensors')]);
});

async function facts(folder: string): Promise<readonly string[]> {
  const { factors } = await readAdapter(folder, { reference: folder });
  return factors
    .map(({ module, rank, scale, A, B }) => JSON.stringify([module, rank, scale, A.shape, B.shape, A.dtype]))
    .toSorted();
}
