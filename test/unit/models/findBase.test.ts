import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readAdapter } from '../../../server/models/adapter.ts';
import { findBase } from '../../../server/models/findBase.ts';
import { type Hostile, place } from '../../support/hostileFiles.ts';
import { adapterFolder, checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const q = 'model.layers.0.self_attn.q_proj';
const commit = 'c'.repeat(40);

/** An adapter for a `q_proj` of the given size that names this base. */
async function adapterOn(
  path: string,
  base: string | null,
  { size = 4, revision = null as string | null } = {},
) {
  const factors = { [`${q}.lora_A.weight`]: matrix(1, size, 1), [`${q}.lora_B.weight`]: matrix(size, 1, 1) };
  adapterFolder(path, factors, { r: 1, base_model_name_or_path: base, revision });
  return await readAdapter(path, { reference: path });
}

function base(path: string, size = 4): string {
  return checkpointFolder(path, { [`${q}.weight`]: matrix(size, size, 1) }, { model_type: 'llama' });
}

/** A scene with a workspace, adapters in `adapters`, and a Hub cache. */
async function scene() {
  const folder = await temporaryFolder();
  const at = (...parts: readonly string[]) => join(folder.path, ...parts);
  vi.stubEnv('HF_HUB_CACHE', at('cache'));
  place(folder.path, { cache: { kind: 'folder' }, 'workspace/x': '' });
  const cached = (...parts: readonly string[]) => at('cache', 'models--org--base', ...parts);
  return { at, cached, workspace: at('workspace'), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the base of adapters', () => {
  test('is that of the demo', async () => {
    const demo = join(root, 'media', 'demo');
    const adapters = await Promise.all(
      ['honest', 'sycophantic'].map((name) => readAdapter(join(demo, name), { reference: name })),
    );
    const { checkpoint, refused } = await findBase({ adapters, workspace: '/' });
    expect(checkpoint?.path).toBe(join(demo, 'base'));
    expect(refused).toEqual([]);
  });

  test('is looked for from the adapter, then from the workspace, then in the Hub cache', async () => {
    await using here = await scene();
    const { at, cached, workspace } = here;
    const adapters = [await adapterOn(at('adapters', 'a'), 'org/base')];
    place(cached(), { 'refs/main': commit });
    base(cached('snapshots', commit));
    const found = async () => (await findBase({ adapters, workspace })).checkpoint;
    expect(await found()).toMatchObject({
      path: cached('snapshots', commit),
      hubId: 'org/base',
      reference: 'org/base',
    });
    base(join(workspace, 'org', 'base'));
    expect(await found()).toMatchObject({ path: join(workspace, 'org', 'base') });
    expect(await found()).not.toHaveProperty('hubId');
    base(at('adapters', 'a', 'org', 'base'));
    expect(await found()).toMatchObject({ path: at('adapters', 'a', 'org', 'base') });
  });

  test('is that of its revision in the Hub cache, and without one on the disk', async () => {
    await using here = await scene();
    const { at, cached, workspace } = here;
    const adapters = [await adapterOn(at('a'), 'org/base', { revision: 'v2' })];
    place(cached(), { 'refs/main': 'd'.repeat(40), 'refs/v2': commit });
    base(cached('snapshots', 'd'.repeat(40)));
    base(cached('snapshots', commit));
    expect((await findBase({ adapters, workspace })).checkpoint?.path).toBe(cached('snapshots', commit));
    base(join(workspace, 'org', 'base'));
    expect((await findBase({ adapters, workspace })).checkpoint?.path).toBe(join(workspace, 'org', 'base'));
  });

  test('is what the second names, where the first names none', async () => {
    await using here = await scene();
    const { at, workspace } = here;
    base(at('base'));
    const adapters = [await adapterOn(at('a'), null), await adapterOn(at('b'), '../base')];
    const { checkpoint, refused } = await findBase({ adapters, workspace });
    expect(checkpoint?.path).toBe(at('base'));
    expect(refused).toEqual([`${at('a')}: names no base (base_model_name_or_path)`]);
  });

  test('is the first that fits, and the others are remembered', async () => {
    await using here = await scene();
    const { at, workspace } = here;
    base(at('a', 'base'), 8);
    base(join(workspace, 'base'));
    const { checkpoint, refused } = await findBase({
      adapters: [await adapterOn(at('a'), 'base')],
      workspace,
    });
    expect(checkpoint?.path).toBe(join(workspace, 'base'));
    expect(refused).toEqual([expect.stringContaining(`but it is [8, 8] in ${at('a', 'base')}`)]);
  });

  test('has to fit all of them', async () => {
    await using here = await scene();
    const { at, workspace } = here;
    base(at('base'));
    const adapters = [await adapterOn(at('a'), '../base'), await adapterOn(at('b'), '../base', { size: 8 })];
    const { checkpoint, refused } = await findBase({ adapters, workspace });
    expect(checkpoint).toBeUndefined();
    expect(refused).toEqual([expect.stringContaining('of the shape [8, 8]')]);
  });

  test('is none for no adapter', async () => {
    expect(await findBase({ adapters: [] })).toEqual({ checkpoint: undefined, refused: [] });
  });

  test.each<[what: string, files: Readonly<Record<string, Hostile>>, why: RegExp]>([
    [
      'nothing',
      {},
      /a: its base "\.\.\/base" is neither a path from there or the workspace nor in the Hub cache$/,
    ],
    ['an empty folder', { base: { kind: 'folder' } }, /not a model folder/],
    ['a run', { 'base/checkpoint-5/x': '' }, /is of the kind run, not a checkpoint/],
    ['a link in circles', { base: { kind: 'link', to: 'base' } }, /circle/],
    [
      'weights that were not fetched',
      { 'base/model.safetensors': 'version https://git-lfs.github.com/spec/v1\n' },
      /Git LFS/,
    ],
    ['a pickle', { 'base/pytorch_model.bin': '' }, /no zip directory/],
    ['a pipe', { 'base/model.safetensors': { kind: 'pipe' } }, /pipe/],
  ])('is none where its name leads to %s, and that is said', async (_what, files, why) => {
    await using here = await scene();
    const { at, workspace } = here;
    place(at(), files);
    const { checkpoint, refused } = await findBase({
      adapters: [await adapterOn(at('a'), '../base')],
      workspace,
    });
    expect(checkpoint).toBeUndefined();
    expect(refused).toEqual([expect.stringMatching(why)]);
  });

  test.each([
    ['an adapter', '../other'],
    ['itself', '.'],
  ])('is none where its name leads to %s', async (_what, name) => {
    await using here = await scene();
    const { at } = here;
    await adapterOn(at('other'), null);
    const adapters = [await adapterOn(at('a'), name)];
    const { checkpoint, refused } = await findBase({ adapters, workspace: at('a') });
    expect(checkpoint).toBeUndefined();
    expect(refused).toEqual([expect.stringMatching(/is of the kind adapter, not a checkpoint$/)]);
  });

  test.each(['//host/share', '\\\\host\\share', '/\\host', 'x'.repeat(1e5), 'a\0b', '../../../../../..//'])(
    'is not followed where its name is %.20j',
    async (name) => {
      await using here = await scene();
      const { at, workspace } = here;
      const { checkpoint, refused } = await findBase({
        adapters: [await adapterOn(at('a'), name)],
        workspace,
      });
      expect(checkpoint).toBeUndefined();
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.join().length).toBeLessThan(1000);
    },
  );

  test.each([
    ['org/name', 'v2', /; what is on the Hub is fetched with: hf download org\/name --revision v2$/],
    ['org/name', null, /: hf download org\/name$/],
    ['org/name', '$(touch x)', /: hf download org\/name$/],
    ['org/name', '-x', /: hf download org\/name$/],
    ['org/$(touch x)', null, /nor in the Hub cache$/],
  ])(
    'that is not there, %s at %s, comes with the command that fetches it',
    async (name, revision, ending) => {
      await using here = await scene();
      const adapters = [await adapterOn(here.at('a'), name, { revision })];
      const { refused } = await findBase({ adapters, workspace: here.workspace });
      expect(refused).toEqual([expect.stringMatching(ending)]);
    },
  );

  test('is not looked for after a cancel', async () => {
    await using here = await scene();
    const { at, workspace } = here;
    base(at('base'));
    const adapters = [await adapterOn(at('a'), '../base')];
    const signal = AbortSignal.abort();
    await expect(findBase({ adapters, workspace, signal })).rejects.toBe(signal.reason);
  });
});
