import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { findPython } from '../support/python.ts';
import { finished, root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { model, saveRecipe, write } from '../support/writeRecipe.ts';

const base = join(root, 'media/demo/base');
const python = await findPython(['torch', 'transformers', 'peft']);

/** What is trained whole, and no adapter can hold here. */
const tooMuch = 'whole norms';

/** How far logits are from those of the adapter that PEFT wrote, relative to the largest. */
interface Apart {
  readonly base: number;
  readonly checkpoint: number;
  readonly adapter: number | null;
}

test('steering from the base to an adapter with strength 1 is the adapter, for every kind that PEFT writes', async ({
  skip,
}) => {
  if ('reason' in python) return skip(python.reason);
  const { command } = python;
  await using folder = await temporaryFolder();
  const names = await run<readonly string[]>('make');
  expect(names).toContain(tooMuch);
  for (const name of names) await writeBoth(join(folder.path, name), name);
  const report = await run<Readonly<Record<string, Apart>>>('compare');
  expect(Object.keys(report)).toEqual(names);
  for (const [name, { base, checkpoint, adapter }] of Object.entries(report)) {
    // Sums in another order: some hundred float32 roundings through four layers, 1e-6 where it was tried.
    expect(base, name).toBeGreaterThan(1e-3);
    expect(checkpoint, name).toBeLessThan(1e-5);
    if (name !== tooMuch) expect(adapter, name).toBeLessThan(1e-5);
  }

  async function run<T>(task: 'make' | 'compare'): Promise<T> {
    const args = [join(root, 'test/support/variants.py'), task, base, folder.path];
    const { code, stdout, stderr } = await finished(command, args, { env: { HF_HUB_OFFLINE: '1' } });
    expect(code, stderr).toBe(0);
    return parseJson<T>(stdout.trim().split('\n').at(-1)!);
  }
}, 600_000);

async function writeBoth(at: string, name: string): Promise<void> {
  const recipe = { base: model(base), positive: model(join(at, 'adapter')), negative: 'base' };
  const checkpoint = { path: join(at, 'out-checkpoint'), format: 'checkpoint', dtype: 'float32' };
  await write(saveRecipe(at, { ...recipe, output: checkpoint }));
  const adapter = saveRecipe(at, { ...recipe, output: { path: join(at, 'out-adapter'), format: 'adapter' } });
  const { code, stdout } = await steer(['write', adapter, '--json']);
  if (name === tooMuch) expect(stdout).toContain('"code":"not-low-rank"');
  else expect(code, `${name}: ${stdout}`).toBe(0);
}
