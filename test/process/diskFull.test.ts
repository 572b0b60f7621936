import { execFileSync, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorResult } from '#protocol/results.ts';
import { parseJson } from '../support/json.ts';
import { safetensors } from '../support/safetensors.ts';
import { steer } from '../support/steer.ts';
import { model, type RecipeData, saveRecipe } from '../support/writeRecipe.ts';

const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));
const disk = join(folder, 'disk');
const filler = join(disk, 'filler');
const mebi = 2 ** 20;
/** Why there is no small file system; only root can have one. */
const reason = mountSmallDisk();

afterAll(() => {
  if (reason === undefined) execFileSync('umount', ['-l', disk]);
  rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { what: 'a checkpoint', recipe: {}, room: 6, keeps: true },
  { what: 'the first byte of a checkpoint', recipe: {}, room: 0, keeps: false },
  { what: 'two checkpoints', recipe: { strength: [0.5, 1] }, room: 9, keeps: true },
  { what: 'a direction', recipe: { output: { format: 'direction' } }, room: 8, keeps: true },
])('$what on a disk with $room MiB left', ({ what, recipe, room, keeps }) => {
  const at = join(folder, what.replaceAll(' ', '-'));

  beforeEach(({ skip }) => {
    if (reason !== undefined) skip(reason);
    for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
  });

  test('is refused with the file and the staging folder, and goes on when there is room', async () => {
    const due = await written('elsewhere', at);
    writeFileSync(filler, randomFillSync(new Uint8Array((24 - room) * mebi)));

    const { code, stdout, stderr } = await steer(writeTo(disk));
    const { error } = parseJson<ErrorResult>(stdout);
    expect({ code, stderr, error: error.code }).toEqual({ code: 2, stderr: '', error: 'disk-full' });
    expect(error.subject).toSatisfy((subject: string) => subject.startsWith(disk));
    // What is finished is kept and named; where nothing is, nothing stays.
    const left = readdirSync(disk).filter((name) => name !== 'filler');
    expect(left.length > 0).toBe(keeps);
    for (const name of left) expect(name).toMatch(/^\.out.*\.steering$/);
    for (const name of left) expect(error.message).toContain(join(disk, name));

    rmSync(filler);
    expect(await written('here', disk)).toEqual(due);
    expect(readdirSync(disk).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  function writeTo(parent: string): readonly string[] {
    const { output, ...rest }: RecipeData = recipe;
    const models = Object.fromEntries(['base', 'positive', 'negative'].map((role) => [role, modelOf(role)]));
    const path = join(parent, 'out-{strength}');
    return ['write', saveRecipe(at, { ...models, ...rest, output: { path, ...output } }), '--json'];
  }

  /** Contents of all weights files of all outputs. */
  async function written(as: string, parent: string): Promise<readonly (readonly [string, Buffer])[]> {
    const { code, stdout } = await steer(writeTo(parent));
    expect(code, `${as}: ${stdout}`).toBe(0);
    return readdirSync(parent, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.safetensors'))
      .toSorted()
      .map((name) => [name, readFileSync(join(parent, name))]);
  }
});

/** 8 MiB of finite bfloat16 in 32 tensors, so that few of them are unfinished at any time; made at the first call. */
function modelOf(role: string): { readonly model: string } {
  const at = join(folder, 'models', role);
  if (existsSync(at)) return model(at);
  const tensors = Array.from({ length: 32 }, (_, layer) => {
    const words = randomFillSync(new Uint16Array(mebi / 8)).map((word) => (word & 0x81ff) | 0x3c00);
    const description = { dtype: 'BF16' as const, shape: [256, 512], bytes: new Uint8Array(words.buffer) };
    return [`model.layers.${layer}.mlp.up_proj.weight`, description] as const;
  });
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'model.safetensors'), safetensors(Object.fromEntries(tensors)));
  return model(at);
}

function mountSmallDisk(): string | undefined {
  mkdirSync(disk);
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  return status === 0 ? undefined : `no small file system: ${error?.message ?? String(stderr).trim()}`;
}
