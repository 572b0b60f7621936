import { createHash, randomFillSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorResult } from '#protocol/results.ts';
import type { DType } from '#protocol/tensors.ts';
import { parseJson } from '../support/json.ts';
import { start } from '../support/killable.ts';
import { safetensors } from '../support/safetensors.ts';
import { seeded } from '../support/seeded.ts';
import { finished, productNode, root } from '../support/steer.ts';

const folder = mkdtempSync(join(tmpdir(), 'kill-'));
const roles = ['base', 'positive', 'negative'];
const outputs = ['out-k0.3', 'out-k-1'];
const write = ['write', 'test.steer.yaml', '--json'];
/** One tensor of 2 MiB each; a unit of work is no larger than a tensor. */
const layers = 16;
const random = seeded(3);

/** Of all inputs before anything was run. */
let inputs: string[];
/** Milliseconds that the command takes when it is left alone. */
let duration = 0;
/** Journals that a killed run left with some units finished and others not. */
let unfinished = 0;

beforeAll(async () => {
  for (const role of roles) saveModel(role);
  saveRecipe();
  inputs = hashesOfInputs();
  // The second time: files are in memory then, as they will be for all that follow.
  for (let time = 0; time < 2; time++) {
    removeOutputs();
    const begin = performance.now();
    expect(await run(...write)).toBe(0);
    duration = performance.now() - begin;
  }
  keepAs('new');
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('write, killed', () => {
  test.each(moments(24, 0, 1.05))(
    'after %d of its time, leaves nothing or all, and goes on',
    async (moment) => {
      await interrupted(moment, 'SIGKILL');
      expectNothingOrAll();
      // Every third is killed a second time while it goes on.
      if (Math.round(moment * 100) % 3 === 0) await interrupted(random(), 'SIGKILL');
      await expectItGoesOn();
    },
  );

  test.each(moments(5, 0.4, 0.9))(
    'after a cancel at %d of its time and a second start, goes on',
    async (moment) => {
      await interrupted(moment, 'SIGINT');
      expectNothingOrAll();
      await interrupted(0.3 + random() / 2, 'SIGKILL');
      await expectItGoesOn();
    },
  );

  test('after it noted what is finished, goes on from there', async () => {
    // Notes are taken every five seconds; a process that is stopped so long has one to take.
    const { ended, signal } = start(write, folder);
    await until(() => outputs.every((name) => existsSync(join(staging(name), 'output/model.safetensors'))));
    signal('SIGSTOP');
    await sleep(5500);
    signal('SIGCONT');
    await Promise.race([ended, until(() => outputs.every((name) => finishedUnits(name) > 0))]);
    signal('SIGKILL');
    await ended;
    expectNothingOrAll();
    await expectItGoesOn();
  });

  test('has been killed in the middle of its work at least once', () => {
    expect(unfinished).toBeGreaterThan(0);
  });
});

describe('write --force, killed', () => {
  beforeAll(async () => {
    // What is there before: the same folders from another recipe.
    saveRecipe(1);
    removeOutputs();
    expect(await run(...write)).toBe(0);
    keepAs('old');
    saveRecipe();
  });

  test.each(moments(10, 0.3, 1.05))(
    'after %d of its time, leaves the old output or the new one',
    async (moment) => {
      bringBack('old');
      await interrupted(moment, 'SIGKILL', '--force');
      // Any next command repairs what it looks at.
      for (const name of outputs) await run('inspect', name);
      for (const name of outputs) expect([isSame(name, 'old'), isSame(name, 'new')]).toContain(true);
      await run(...write, '--force');
      for (const name of outputs) expect(isSame(name, 'new')).toBe(true);
      expect(leftovers()).toEqual([]);
    },
  );
});

test('a second process that writes to the same place is refused, and the first one finishes', async () => {
  removeOutputs();
  const first = start(write, folder);
  await until(() => existsSync(join(staging(outputs[1]!), 'journal.json')));
  first.signal('SIGSTOP');
  const second = await start(write, folder).ended;
  first.signal('SIGCONT');
  expect(second.code).toBe(2);
  expect(parseJson<ErrorResult>(second.stdout).error.code).toBe('output-busy');
  expect((await first.ended).code).toBe(0);
  expectComplete();
});

test('no input has changed', () => {
  expect(hashesOfInputs()).toEqual(inputs);
});

/** Shares of the duration: one at random in each of `count` equal parts of a range. */
function moments(count: number, from: number, to: number): number[] {
  const part = (to - from) / count;
  return Array.from({ length: count }, (_, i) => Number((from + (i + random()) * part).toFixed(3)));
}

async function interrupted(moment: number, name: NodeJS.Signals, ...more: readonly string[]): Promise<void> {
  const { ended, signal } = start([...write, ...more], folder);
  await Promise.race([ended, sleep(moment * duration)]);
  signal(name);
  const { code } = await ended;
  // It may have been done before, or have found a complete output and said so.
  expect([null, 0, 2, 130]).toContain(code);
}

function expectNothingOrAll(): void {
  for (const name of outputs)
    if (existsSync(join(folder, name))) expect(isSame(name, 'new'), name).toBe(true);
  const units = outputs.map(finishedUnits);
  if (Math.min(...units) > 0 && Math.min(...units) < layers) unfinished += 1;
}

/** The same command again, unless everything was done before it was killed. */
async function expectItGoesOn(): Promise<void> {
  const isDone = outputs.every((name) => existsSync(join(folder, name)));
  expect(await run(...write)).toBe(isDone ? 2 : 0);
  expectComplete();
  removeOutputs();
}

function expectComplete(): void {
  for (const name of outputs) expect(isSame(name, 'new'), name).toBe(true);
  expect(leftovers()).toEqual([]);
}

async function run(...args: readonly string[]): Promise<number | null> {
  return (await finished(productNode, [join(root, 'dist/steer.cjs'), ...args], { cwd: folder })).code;
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited++) {
    if (waited > 20_000) throw new Error('It did not come to that.');
    await sleep(1);
  }
}

function staging(name: string): string {
  return join(folder, `.${name}.steering`);
}

/** How many units a journal says are finished; 0 where there is none. */
function finishedUnits(name: string): number {
  const path = join(staging(name), 'journal.json');
  if (!existsSync(path)) return 0;
  const ranges = parseJson<{ finished: [number, number][] }>(readFileSync(path, 'utf8')).finished;
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Whether an output has the same files as one that was kept, byte for byte. */
function isSame(name: string, kept: string): boolean {
  const [one, other] = [join(folder, name), join(folder, kept, name)];
  const names = readdirSync(one).toSorted();
  if (names.join() !== readdirSync(other).toSorted().join()) return false;
  return names.every((file) => readFileSync(join(one, file)).equals(readFileSync(join(other, file))));
}

function leftovers(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.'));
}

function removeOutputs(): void {
  for (const name of [...outputs, ...leftovers()])
    rmSync(join(folder, name), { recursive: true, force: true });
}

function keepAs(kept: string): void {
  mkdirSync(join(folder, kept));
  for (const name of outputs) renameSync(join(folder, name), join(folder, kept, name));
}

function bringBack(kept: string): void {
  removeOutputs();
  for (const name of outputs) {
    mkdirSync(join(folder, name));
    for (const file of readdirSync(join(folder, kept, name))) {
      writeFileSync(join(folder, name, file), readFileSync(join(folder, kept, name, file)));
    }
  }
}

function hashesOfInputs(): string[] {
  return roles.map((role) =>
    createHash('sha256')
      .update(readFileSync(join(folder, role, 'model.safetensors')))
      .digest('hex'),
  );
}

/** The first tensors are excluded by number, so that two recipes give different models. */
function saveRecipe(excluded = 0): void {
  const exclude = Array.from({ length: excluded }, (_, i) => `model.layers.${i}.*`);
  const recipe = {
    base: 'base',
    positive: 'positive',
    negative: 'negative',
    strength: [0.3, -1],
    ...(excluded > 0 && { exclude }),
    output: { path: 'out-{strength}' },
  };
  writeFileSync(join(folder, 'test.steer.yaml'), JSON.stringify(recipe));
}

/** 32 MiB of bfloat16, all finite. */
function saveModel(role: string): void {
  const tensors = Array.from({ length: layers }, (_, layer) => {
    const words = randomFillSync(new Uint16Array(2 ** 20)).map((word) => (word & 0x81ff) | 0x3c00);
    const description = { dtype: 'BF16' as DType, shape: [1024, 1024], bytes: new Uint8Array(words.buffer) };
    return [`model.layers.${layer}.mlp.up_proj.weight`, description] as const;
  });
  mkdirSync(join(folder, role));
  writeFileSync(join(folder, role, 'config.json'), '{"model_type":"llama","num_hidden_layers":16}');
  writeFileSync(join(folder, role, 'model.safetensors'), safetensors(Object.fromEntries(tensors)));
}
