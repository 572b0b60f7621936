import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CheckResult, FindingCode } from '#protocol/check.ts';
import { fixModels } from '../../../server/tasks/fixModels.ts';
import { openModel } from '../../../server/models/openModel.ts';
import { Warnings } from '../../../server/warnings.ts';
import { safetensors } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { findingsOf } from './findingsOf.ts';
import {
  adapter,
  adapterConfig,
  checkpoint,
  config,
  type Files,
  firstShard,
  place,
  secondShard,
  sharded,
  tensors,
} from '../../support/checkScene.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
place(join(folder.path, 'base'), checkpoint());

const { signal } = new AbortController();

function fix(path: string, { code, mayWrite = true }: { code?: FindingCode; mayWrite?: boolean } = {}) {
  const context = { folder: folder.path, signal, warnings: new Warnings(), mayWrite };
  return fixModels({ models: [path], depth: 'small', code }, context, () => {});
}

const { 'lm_head.weight': _head, ...headless } = tensors();
const copied = { ...headless, 'lm_head.weight': headless['model.embed_tokens.weight']! };
const tied = { ...config, tie_word_embeddings: true };
const { 'model.safetensors.index.json': _index, ...unindexed } = sharded();
const format = { format: 'pt' };

/** A header with as much room as `format: pt` needs, and 8 bytes more. */
const roomy = safetensors(tensors());
const withRoom = (() => {
  const length = Number(new DataView(roomy.buffer).getBigUint64(0, true));
  const padded = Buffer.concat([
    roomy.subarray(0, 8 + length),
    Buffer.alloc(48, ' '),
    roomy.subarray(8 + length),
  ]);
  padded.writeBigUInt64LE(BigInt(length + 48));
  return padded;
})();

const broken: readonly (readonly [
  code: FindingCode,
  what: string,
  files: Files,
  changed: readonly string[],
])[] = [
  [
    'duplicate-key',
    'a key twice',
    { ...checkpoint(), 'generation_config.json': '{"eos_token_id": 1, "eos_token_id": 2}' },
    ['generation_config.json'],
  ],
  [
    'missing-format',
    'no metadata',
    { ...checkpoint(), 'model.safetensors': safetensors(tensors()) },
    ['model.safetensors'],
  ],
  [
    'missing-format',
    'no metadata, and room for it',
    { ...checkpoint(), 'model.safetensors': withRoom },
    ['model.safetensors'],
  ],
  ['missing-index', 'shards alone', unindexed, ['model.safetensors.index.json']],
  [
    'stale-entry',
    'two entries too many',
    sharded((map) => Object.assign(map, { gone: firstShard, away: secondShard })),
    ['model.safetensors.index.json'],
  ],
  [
    'wrong-shard',
    'an entry that leads elsewhere',
    sharded((map) => (map['lm_head.weight'] = secondShard)),
    ['model.safetensors.index.json'],
  ],
  [
    'unindexed-tensor',
    'two entries too few',
    sharded((map) => {
      delete map['lm_head.weight'];
      delete map['model.layers.1.mlp.up_proj.weight'];
    }),
    ['model.safetensors.index.json'],
  ],
  [
    'shape-mismatch',
    'another vocabulary',
    { ...checkpoint(), 'config.json': { ...config, vocab_size: 13 } },
    ['config.json'],
  ],
  [
    'duplicate-head',
    'a tied head stored again',
    { ...checkpoint(), 'config.json': tied, 'model.safetensors': safetensors(copied, format) },
    ['model.safetensors'],
  ],
  [
    'rank-mismatch',
    'another rank',
    { ...adapter(), 'adapter_config.json': { ...adapterConfig, r: 4, rank_pattern: { q_proj: 8 } } },
    ['adapter_config.json'],
  ],
  [
    'rank-mismatch',
    'no rank',
    { ...adapter(), 'adapter_config.json': { ...adapterConfig, r: undefined } },
    ['adapter_config.json'],
  ],
  [
    'unused-pattern',
    'a pattern for nothing',
    { ...adapter(), 'adapter_config.json': { ...adapterConfig, alpha_pattern: { k_proj: 8 } } },
    ['adapter_config.json'],
  ],
];

test.each(broken)('%s (%s) is put right, with a backup, and once', async (code, what, files, changed) => {
  const path = place(join(folder.path, what), files);
  const before = new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
  expect((await findingsOf([path])).map((finding) => finding.code)).toContain(code);
  const { findings, fixed = [] } = await fix(path);
  expect(findings).toEqual([]);
  expect(new Set(fixed.map(({ file }) => file))).toEqual(new Set(changed.map((name) => join(path, name))));
  for (const { file, backup } of fixed) {
    const old = before.get(file.slice(path.length + 1));
    expect(backup === null ? undefined : readFileSync(backup)).toEqual(old);
  }
  expect(readdirSync(path).filter((name) => name.startsWith('.'))).toEqual([]);
  expect((await fix(path)).fixed).toEqual([]);
  await openModel(path, { reference: path, signal });
});

test('a head goes out of its shard and out of the index', async () => {
  const files = { ...sharded(), 'config.json': tied };
  const all = Object.entries(copied);
  const own = new Set(Object.keys(tensors()).slice(0, 9));
  const path = place(join(folder.path, 'tied'), {
    ...files,
    [firstShard]: safetensors(Object.fromEntries(all.filter(([name]) => own.has(name))), format),
    [secondShard]: safetensors(Object.fromEntries(all.filter(([name]) => !own.has(name))), format),
  });
  expect((await fix(path)).findings).toEqual([]);
  const model = await openModel(path, { reference: path, signal });
  expect(model.kind === 'checkpoint' && model.tied && !model.tensors.has('lm_head.weight')).toBe(true);
});

test('only the text that is wrong changes', async () => {
  const text =
    '{\r\n\t"r" : 4,\r\n\t"lora_alpha": 1.0, "peft_type":"LORA", "base_model_name_or_path": "../base",\r\n\t"target_modules": ["q_proj"]}';
  const path = place(join(folder.path, 'text'), { ...adapter(), 'adapter_config.json': text });
  expect((await fix(path)).findings).toEqual([]);
  expect(readFileSync(join(path, 'adapter_config.json'), 'utf8')).toBe(text.replace('4', '2'));
});

test('one code alone, where one is named', async () => {
  const path = place(join(folder.path, 'one'), {
    ...checkpoint(),
    'config.json': { ...config, vocab_size: 13 },
    'model.safetensors': safetensors(tensors()),
  });
  const result: CheckResult = await fix(path, { code: 'shape-mismatch' });
  expect(result.fixed?.map(({ code }) => code)).toEqual(['shape-mismatch']);
  expect(result.findings.map(({ code }) => code)).toEqual(['missing-format']);
});

test('a backup that is there is never written over', async () => {
  const path = place(join(folder.path, 'backups'), {
    ...checkpoint(),
    'config.json': { ...config, vocab_size: 13 },
  });
  writeFileSync(join(path, 'config.json.bak'), 'precious');
  expect((await fix(path)).fixed).toMatchObject([{ backup: join(path, 'config.json.bak.1') }]);
  expect(readFileSync(join(path, 'config.json.bak'), 'utf8')).toBe('precious');
});

test.skipIf(process.platform === 'win32')('who may read a file stays as it was', async () => {
  const path = join(folder.path, 'private');
  place(path, {
    ...checkpoint(),
    'model.safetensors': safetensors(tensors()),
    'generation_config.json': '{"eos_token_id": 1, "eos_token_id": 2}',
  });
  const names = ['model.safetensors', 'generation_config.json'].map((name) => join(path, name));
  const modes = [0o600, 0o440];
  for (const [at, name] of names.entries()) chmodSync(name, modes[at]!);
  const { fixed } = await fix(path);
  expect(fixed?.map(({ file }) => file).toSorted()).toEqual(names.toSorted());
  expect(names.map((name) => lstatSync(name).mode & 0o777)).toEqual(modes);
});

test('a link is refused, and what it leads to stays', async () => {
  const path = place(join(folder.path, 'linked'), {
    ...checkpoint(),
    'config.json': { ...config, vocab_size: 13 },
  });
  const blob = join(folder.path, 'blob.json');
  renameSync(join(path, 'config.json'), blob);
  symlinkSync(blob, join(path, 'config.json'));
  const before = readFileSync(blob, 'utf8');
  await expect(fix(path)).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('is a link'),
  });
  expect(readFileSync(blob, 'utf8')).toBe(before);
  expect(lstatSync(join(path, 'config.json')).isSymbolicLink()).toBe(true);
});

test('nothing is written in a window that does not trust its folders', async () => {
  const path = place(join(folder.path, 'untrusted'), {
    ...checkpoint(),
    'config.json': { ...config, vocab_size: 13 },
  });
  await expect(fix(path, { mayWrite: false })).rejects.toMatchObject({ code: 'untrusted-workspace' });
  expect(readdirSync(path)).not.toContain('config.json.bak');
});
