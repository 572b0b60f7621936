import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FindingCode } from '#protocol/check.ts';
import { checkModels } from '../../../server/tasks/checkModels.ts';
import { Warnings } from '../../../server/warnings.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { findingsOf } from './findingsOf.ts';

/** Adapters in other containers than PEFT's safetensors are looked at as closely. */
const fixtures = join(root, 'test/fixtures/adapters');
const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
cpSync(join(fixtures, 'bases/llama'), join(folder.path, 'bases/llama'), { recursive: true });

let made = 0;

/** A copy two folders above which the bases lie, with another configuration; `change` is text, or bytes of the weights. */
function copyOf(
  from: string,
  changes: Readonly<Record<string, (bytes: Buffer) => Uint8Array | string>>,
): string {
  const path = join(folder.path, 'cases', `${made++}`, 'adapter');
  cpSync(join(fixtures, from), path, { recursive: true });
  for (const [name, change] of Object.entries(changes))
    writeFileSync(join(path, name), change(readFileSync(join(path, name))));
  return path;
}

const text = (from: string, to: string) => (bytes: Buffer) => {
  const before = bytes.toString('utf8');
  expect(before).toContain(from);
  return before.replace(from, to);
};

async function codesOf(path: string): Promise<readonly FindingCode[]> {
  return (await findingsOf([path])).filter(({ severity }) => severity !== 'info').map(({ code }) => code);
}

/** Every value of a safetensors file, or of those tensors whose name matches. */
const filled =
  (byte: number, pattern = /./) =>
  (bytes: Buffer) => {
    const length = Number(bytes.readBigUInt64LE());
    const header: Record<string, { data_offsets?: [number, number] }> = JSON.parse(
      bytes.toString('utf8', 8, 8 + length),
    );
    const written = Buffer.from(bytes);
    for (const [name, { data_offsets: range }] of Object.entries(header)) {
      if (range !== undefined && pattern.test(name))
        written.fill(byte, 8 + length + range[0], 8 + length + range[1]);
    }
    return written;
  };

describe('an adapter of PyTorch', () => {
  const base = text('../../bases/llama', '../../../bases/llama');

  test('has its values read: this one was saved before training', async () => {
    expect(await codesOf(copyOf('pickle', { 'adapter_config.json': base }))).toEqual(['zero-adapter']);
  });

  test('has its ranks compared with its shapes, with a fix', async () => {
    const [found] = await findingsOf([copyOf('pickle', { 'adapter_config.json': text('"r": 2', '"r": 4') })]);
    expect(found).toMatchObject({ code: 'rank-mismatch', fix: { title: 'Correct r to 2' } });
  });

  test('is not opened in a window that does not trust its folders', async () => {
    const context = {
      folder: folder.path,
      signal: new AbortController().signal,
      warnings: new Warnings(),
      mayWrite: false,
      readsPickles: false,
    };
    // What is not opened is not even known to be broken.
    const path = copyOf('pickle', { 'adapter_model.bin': () => 'no pickle' });
    const { findings } = await checkModels({ models: [path], depth: 'values' }, context, () => {});
    expect(findings).toMatchObject([
      { code: 'unsupported-format', severity: 'info', file: join(path, 'adapter_model.bin') },
    ]);
    expect(findings[0]?.message).toMatch(/PyTorch pickle, which is not read in a window that does not trust/);
  });
});

describe('an adapter of MLX', () => {
  const [config, weights] = ['adapter_config.json', 'adapters.safetensors'];

  test('has its rank compared with its shapes, with a fix', async () => {
    const path = copyOf('cases/mlx/adapter', { [config]: text('"rank": 3', '"rank": 4') });
    const findings = await findingsOf([path]);
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        code: 'rank-mismatch',
        file: join(path, config),
        range: { start: { line: 4 } },
        fix: { title: 'Correct rank to 3', edits: [{ newText: '3' }] },
      },
    ]);
  });

  test.each<[FindingCode, string, (bytes: Buffer) => Uint8Array]>([
    ['not-finite', 'NaN', filled(0xff, /layers\.0\.self_attn\.q_proj\.lora_a/)],
    ['zero-adapter', 'zeros in every lora_b', filled(0, /lora_b/)],
  ])('is %s with %s', async (code, _, change) => {
    const path = copyOf('cases/mlx/adapter', { [weights]: change });
    expect(new Set(await codesOf(path))).toEqual(new Set([code]));
  });

  test('has nothing wrong with it where there is nothing', async () => {
    expect(await codesOf(copyOf('cases/mlx/adapter', {}))).toEqual([]);
  });

  test('that names no base is told which field would', async () => {
    const path = copyOf('cases/mlx/adapter', { [config]: text('"model": "../../../bases/llama",', '') });
    expect(await findingsOf([path])).toMatchObject([
      { code: 'base-not-found', message: expect.stringContaining('No base is named (model)') },
    ]);
  });
});
