import { copyFileSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FindingCode } from '#protocol/check.ts';
import { codes } from '../../../server/check/codes.ts';
import { archive, entry, pointer } from '../../support/hostileFiles.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { root } from '../../support/steer.ts';
import { zip } from '../../support/torchZip.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { findingsOf } from './findingsOf.ts';
import {
  adapter,
  adapterConfig,
  checkpoint,
  config,
  factors,
  type Files,
  firstShard,
  place,
  secondShard,
  sharded,
  tensors,
  tokenizer,
  tokenizerConfig,
  values,
} from '../../support/checkScene.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());

type Case = readonly [code: FindingCode, what: string, files: Files];

const weights = (spec: TensorSpec, metadata: Record<string, string> = { format: 'pt' }) => ({
  'model.safetensors': safetensors(spec, metadata),
});
const q = 'model.layers.0.self_attn.q_proj.weight';
const { 'lm_head.weight': head, ...headless } = tensors();
const { [q]: _dropped, ...incomplete } = tensors();
const { 'config.json': _config, ...unconfigured } = checkpoint();
const { 'model.safetensors.index.json': index, ...unindexed } = sharded();
const { [secondShard]: _second, ...half } = sharded();
const copied = { ...headless, 'lm_head.weight': headless['model.embed_tokens.weight']! };
const tied = { ...config, tie_word_embeddings: true };

/** `os.system`, in an archive as `torch.save` writes it. */
const runsSomething = zip([
  { name: 'x/data.pkl', bytes: Buffer.from('\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.', 'latin1') },
  { name: 'x/version', bytes: Buffer.from('3\n') },
]);

/** Models with one mistake, and everything that is said of them. */
const checkpoints: readonly Case[] = [
  ['git-lfs-pointer', 'weights', { ...checkpoint(), 'model.safetensors': pointer }],
  ['git-lfs-pointer', 'a tokenizer', { ...checkpoint(), 'tokenizer.json': pointer }],
  ['invalid-json', 'a comma too many', { ...checkpoint(), 'config.json': '{"model_type": "llama",}' }],
  ['invalid-json', 'a list', { ...checkpoint(), 'config.json': '[]' }],
  [
    'duplicate-key',
    'a key twice',
    { ...checkpoint(), 'generation_config.json': '{"eos_token_id": 1, "eos_token_id": 2}' },
  ],
  ['invalid-safetensors', 'a web page', { ...checkpoint(), 'model.safetensors': '<!DOCTYPE html>' }],
  [
    'truncated-file',
    'half a file',
    { ...checkpoint(), 'model.safetensors': safetensors(tensors()).subarray(0, 4000) },
  ],
  [
    'overlapping-tensors',
    'two tensors in one place',
    {
      ...checkpoint(),
      'model.safetensors': archive(`{"a":${entry()},"b":${entry({ offsets: '[2,6]' })}}`, 6),
    },
  ],
  [
    'hole-in-file',
    'a hole',
    { ...checkpoint(), 'model.safetensors': archive(`{"a":${entry({ offsets: '[4,8]' })}}`, 8) },
  ],
  [
    'trailing-bytes',
    'bytes at the end',
    { ...checkpoint(), 'model.safetensors': archive(`{"a":${entry()}}`, 9) },
  ],
  ['missing-format', 'no metadata', { ...checkpoint(), 'model.safetensors': safetensors(tensors()) }],
  ['missing-format', 'another format', { ...checkpoint(), ...weights(tensors(), { format: 'np' }) }],
  ['too-large', 'a configuration of 5 MB', { ...checkpoint(), 'config.json': `{"a":"${'x'.repeat(5e6)}"}` }],
  ['unsupported-format', 'an unknown format', { 'config.json': config, 'model.h5': 'x' }],
  ['invalid-pickle', 'a pickle that is none', { 'config.json': config, 'pytorch_model.bin': 'x' }],
  [
    'unsafe-pickle',
    'a pickle that runs something',
    { 'config.json': config, 'pytorch_model.bin': runsSomething },
  ],
  ['invalid-index', 'no weight_map', { ...sharded(), 'model.safetensors.index.json': '{"metadata":{}}' }],
  ['invalid-index', 'a number for a file', { ...sharded((map) => Object.assign(map, { x: 1 })) }],
  ['path-outside-folder', 'a way up', { ...sharded((map) => Object.assign(map, { x: '../../etc/passwd' })) }],
  ['missing-index', 'shards alone', unindexed],
  ['missing-shard', 'half of the shards', half],
  [
    'extra-shard',
    'a third shard',
    { ...sharded(), 'model-00003-of-00003.safetensors': safetensors({ x: values([2]) }, { format: 'pt' }) },
  ],
  ['stale-entry', 'an entry too many', sharded((map) => (map['gone'] = firstShard))],
  ['wrong-shard', 'an entry that leads elsewhere', sharded((map) => (map['lm_head.weight'] = secondShard))],
  ['unindexed-tensor', 'an entry too few', sharded((map) => delete map['lm_head.weight'])],
  [
    'duplicate-tensor',
    'a tensor in both shards',
    {
      ...sharded(),
      [secondShard]: safetensors(
        { ...Object.fromEntries(Object.entries(tensors()).slice(9)), 'model.norm.weight': values([8]) },
        { format: 'pt' },
      ),
    },
  ],
  [
    'wrong-total-size',
    'another sum',
    {
      ...sharded(),
      'model.safetensors.index.json': JSON.stringify(index).replace(/"total_size":\d+/, '"total_size":7'),
    },
  ],
  ['index-ignored', 'an index beside one file', { ...checkpoint(), 'model.safetensors.index.json': '{}' }],
  ['no-config', 'no config.json', unconfigured],
  ['shape-mismatch', 'another vocabulary', { ...checkpoint(), 'config.json': { ...config, vocab_size: 13 } }],
  [
    'shape-mismatch',
    'another width',
    { ...checkpoint(), 'config.json': { ...config, hidden_size: 16, head_dim: 4 } },
  ],
  [
    'shape-mismatch',
    'other key heads',
    { ...checkpoint(), 'config.json': { ...config, num_key_value_heads: 2 } },
  ],
  [
    'missing-layers',
    'a layer too few',
    { ...checkpoint(), 'config.json': { ...config, num_hidden_layers: 3 } },
  ],
  [
    'extra-layers',
    'a layer too many',
    { ...checkpoint(), 'config.json': { ...config, num_hidden_layers: 1 } },
  ],
  ['missing-tensor', 'a gap in one layer', { ...checkpoint(), ...weights(incomplete) }],
  ['missing-head', 'no head', { ...checkpoint(), ...weights(headless) }],
  ['dtype-mismatch', 'another dtype', { ...checkpoint(), 'config.json': { ...config, dtype: 'bfloat16' } }],
  [
    'tokenizer-too-large',
    'a token too many',
    { ...checkpoint(), 'tokenizer.json': { ...tokenizer, model: { vocab: { last: 12 } } } },
  ],
  [
    'token-beyond-embedding',
    'an added token too many',
    {
      ...checkpoint(),
      'tokenizer.json': {
        ...tokenizer,
        added_tokens: [
          { id: 2, content: '</s>' },
          { id: 12, content: '<image>' },
        ],
      },
    },
  ],
  [
    'unknown-token',
    'an unknown token',
    { ...checkpoint(), 'tokenizer_config.json': { ...tokenizerConfig, eos_token: '<eos>' } },
  ],
  [
    'unknown-eos',
    'an end that cannot come',
    { ...checkpoint(), 'generation_config.json': { eos_token_id: [2, 12] } },
  ],
  [
    'missing-chat-template',
    'no template',
    { ...checkpoint(), 'tokenizer_config.json': { eos_token: '</s>' } },
  ],
  [
    'not-finite',
    'NaN',
    { ...checkpoint(), ...weights({ ...tensors(), [q]: values([8, 8], 1, Number.NaN, 2, Infinity) }) },
  ],
  ['all-zero', 'zeros', { ...checkpoint(), ...weights({ ...tensors(), [q]: values([8, 8], 0) }) }],
  [
    'subnormal-values',
    'tiny values',
    { ...checkpoint(), ...weights({ ...tensors(), [q]: values([8, 8], 1, 1e-39, 2) }) },
  ],
  [
    'dead-rows',
    'a dead row',
    { ...checkpoint(), ...weights({ ...tensors(), [q]: deadRow(values([8, 8])) }) },
  ],
  [
    'dead-columns',
    'a dead column',
    { ...checkpoint(), ...weights({ ...tensors(), [q]: values([8, 8], 1, 2, 3, 0) }) },
  ],
  [
    'duplicate-values',
    'one matrix twice',
    {
      ...checkpoint(),
      ...weights({
        ...tensors(),
        [q]: values([8, 8], 1, 2, 3),
        [q.replace('0', '1')]: values([8, 8], 1, 2, 3),
      }),
    },
  ],
  [
    'duplicate-head',
    'a tied head stored again',
    { ...checkpoint(), 'config.json': tied, ...weights(copied) },
  ],
  ['tied-copies-differ', 'a tied head of its own', { ...checkpoint(), 'config.json': tied }],
];

const { 'adapter_model.safetensors': _lora, ...factorless } = adapter();
const named = (fields: object) => ({ ...adapter(), 'adapter_config.json': { ...adapterConfig, ...fields } });
const holding = (spec: TensorSpec) => ({ ...adapter(), 'adapter_model.safetensors': safetensors(spec) });
const a = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight';
const b = a.replace('lora_A', 'lora_B');

const adapters: readonly Case[] = [
  ['missing-file', 'no weights', factorless],
  ['unreadable-file', 'a folder for weights', factorless],
  ['rank-mismatch', 'another rank', named({ r: 4 })],
  ['rank-mismatch', 'another rank by name', named({ rank_pattern: { q_proj: 8 } })],
  ['invalid-adapter', 'half of a pair', holding({ [a]: values([2, 8]) })],
  ['unsupported-adapter', 'another method', named({ peft_type: 'IA3' })],
  ['unknown-field', 'a field of tomorrow', named({ use_tomorrow: 'yes' })],
  ['unused-pattern', 'a pattern for nothing', named({ alpha_pattern: { k_proj: 8 } })],
  ['unused-target', 'a target without factors', named({ target_modules: ['q_proj', 'v_proj'] })],
  ['untargeted-factors', 'factors that are no target', named({ target_modules: [] })],
  ['changed-base', 'PiSSA', named({ init_lora_weights: 'pissa' })],
  ['base-not-found', 'a base elsewhere', named({ base_model_name_or_path: 'org/name' })],
  [
    'missing-target',
    'a layer that the base lacks',
    holding(factors(a.replace('layers.0', 'layers.7').replace('.lora_A.weight', ''))),
  ],
  ['wrong-base', 'another width', holding({ [a]: values([2, 6]), [b]: values([8, 2]) })],
  [
    'refused-by-servers',
    'a head held whole',
    holding({ ...factors(), 'base_model.model.lm_head.weight': head! }),
  ],
  ['zero-adapter', 'B of zeros', holding({ [a]: values([2, 8]), [b]: values([8, 2], 0) })],
  ['invalid-direction', 'no direction', { ...adapter(), 'direction.json': '{"format": "other"}' }],
];

place(join(folder.path, 'adapters/base'), checkpoint());

describe('a model with', () => {
  test.each(checkpoints)('%s: %s', async (code, what, files) => {
    const findings = await findingsOf([place(join(folder.path, 'checkpoints', `${code} ${what}`), files)]);
    expect(new Set(findings.map((finding) => finding.code))).toEqual(new Set([code]));
    for (const { message } of findings) expect(message).toMatch(/^\S.*\.$/s);
  });
});

describe('an adapter with', () => {
  test.each(adapters)('%s: %s', async (code, what, files) => {
    const path = place(join(folder.path, 'adapters', `${code} ${what}`), files);
    if (code === 'unreadable-file') mkdirSync(join(path, 'adapter_model.safetensors'));
    const findings = await findingsOf([path]);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
  });

  test('the values of another', async () => {
    const [one, other] = ['one', 'other'].map((name) => join(folder.path, 'adapters', name));
    place(one!, adapter());
    place(other!, adapter());
    expect(await findingsOf([one!, other!])).toEqual([]);
    copyFileSync(join(one!, 'adapter_model.safetensors'), join(other!, 'adapter_model.safetensors'));
    expect(await findingsOf([one!, other!])).toMatchObject([
      { code: 'identical-adapters', file: join(other!, 'adapter_model.safetensors') },
    ]);
  });
});

test('what values would tell is asked for where they are not read', async () => {
  const path = place(join(folder.path, 'unread'), { ...checkpoint(), 'config.json': tied });
  expect(await findingsOf([path], { depth: 'headers' })).toMatchObject([
    { code: 'head-stored-although-tied' },
  ]);
});

test('findings stand at their place in the text, an unsaved text included', async () => {
  const path = place(join(folder.path, 'placed'), checkpoint());
  const text = JSON.stringify({ ...config, vocab_size: 99 }, null, 2);
  const [finding] = await findingsOf([path], {
    depth: 'headers',
    texts: { [join(path, 'config.json')]: text },
  });
  const { start, end } = finding?.range ?? {
    start: { line: -1, character: 0 },
    end: { line: 0, character: 0 },
  };
  expect(text.split('\n')[start.line]?.slice(start.character, end.character)).toBe('99');
  expect(finding?.fix?.edits).toEqual([{ range: finding?.range, newText: '12' }]);
});

test('a single file of another format is checked by its name', async () => {
  const path = place(join(folder.path, 'single'), {
    'model.gguf': 'GGUF\x03\0\0\0',
    'model.bin': runsSomething,
  });
  expect(await findingsOf([join(path, 'model.gguf')])).toMatchObject([{ code: 'invalid-gguf' }]);
  expect(await findingsOf([join(path, 'model.bin')])).toMatchObject([{ code: 'unsafe-pickle' }]);
});

test('a model is named by its folder, its weights, or any text of it, and checked once', async () => {
  const path = place(join(folder.path, 'named'), {
    ...checkpoint(),
    'config.json': { ...config, vocab_size: 13 },
  });
  const names = ['', 'model.safetensors', 'config.json', 'tokenizer.json'].map((name) => join(path, name));
  for (const name of names)
    expect((await findingsOf([name])).map(({ code }) => code)).toEqual(['shape-mismatch']);
  expect(await findingsOf([path, ...names])).toHaveLength(1);
  place(join(folder.path, 'elsewhere'), { 'config.json': {}, 'notes.txt': '' });
  for (const name of ['elsewhere', 'elsewhere/config.json', 'elsewhere/notes.txt'])
    await expect(findingsOf([join(folder.path, name)])).rejects.toMatchObject({ code: 'not-a-model' });
});

test('every code has a case here', () => {
  const seen = new Set<string>([...checkpoints, ...adapters].map(([code]) => code));
  const rest = Object.keys(codes).filter((code) => !seen.has(code));
  expect(rest).toEqual(['invalid-gguf', 'head-stored-although-tied', 'identical-adapters']);
});

function deadRow(spec: TensorSpec[string]): TensorSpec[string] {
  if (typeof spec.bytes !== 'number') spec.bytes.fill(0, 32, 64);
  return spec;
}

test('README.md has a row for every code, with its severity and its fix', async () => {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const [, code, severity, meaning, fix] =
      /^\| `([a-z-]+)` +\| (\w+) +\| (.+?) +\| (.*?) *\|$/.exec(line) ?? [];
    return code === undefined ? [] : [[code, { severity, meaning, ...(fix !== '' && { fix }) }] as const];
  });
  expect(Object.fromEntries(rows)).toEqual(codes);
});
