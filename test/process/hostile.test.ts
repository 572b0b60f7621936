import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailureCode } from '#protocol/failure.ts';
import type { CheckResult, FindingCode } from '#protocol/check.ts';
import type { ErrorResult } from '#protocol/results.ts';
import type { DType } from '#protocol/tensors.ts';
import {
  adapterConfig,
  adapterWeights,
  archive,
  entry,
  type Hostile,
  place,
  placeScene,
  pointer,
  recipeText,
} from '../support/hostileFiles.ts';
import { parseJson } from '../support/json.ts';
import { safetensors, type TensorSpec } from '../support/safetensors.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { ggufFile, list, u32 } from '../support/ggufFile.ts';
import { bomb, crowdedZip, oneEntry, torchArchive, unicode } from '../support/torchZip.ts';

type Case = readonly [name: string, code: FailureCode, file: Hostile];
type FilesCase = readonly [name: string, code: FailureCode, files: Readonly<Record<string, Hostile>>];

const q = 'model.layers.0.self_attn.q_proj.weight';
const norm: TensorSpec = { 'model.norm.weight': { dtype: 'F32', shape: [4], bytes: 16 } };
const mebi = 2 ** 20;

const weights: readonly Case[] = [
  ['is empty', 'invalid-safetensors', ''],
  ['has seven bytes', 'invalid-safetensors', new Uint8Array(7)],
  ['has a header of no bytes', 'invalid-safetensors', new Uint8Array(8)],
  ['claims a header beyond its end', 'invalid-safetensors', archive('{}', 0, 3n)],
  ['claims a header of 2^63 bytes', 'invalid-safetensors', archive('{}', 0, 2n ** 63n)],
  ['claims a header of 2^64 - 1 bytes', 'invalid-safetensors', archive('{}', 0, 2n ** 64n - 1n)],
  ['has a header of 40 MB', 'too-large', sparse(archive('{', 0, 40n * 2n ** 20n), 41 * mebi)],
  ['has no tensors and 30 MB of spaces', 'unmatched-tensor', archive(`{}${' '.repeat(30 * mebi)}`)],
  ['has a name of 30 MB', 'too-large', archive(`{"${'x'.repeat(30 * mebi)}":${entry()}}`, 3)],
  ['has a million dimensions', 'invalid-safetensors', one(entry({ shape: `[1${',1'.repeat(1e6)}]` }), 3)],
  ['has 300,000 tensors', 'too-large', archive(`{${many(300_000)}}`)],
  ['is nested a million times', 'invalid-safetensors', one('['.repeat(1e6), 0)],
  ['has objects in objects', 'invalid-safetensors', one('{"a":'.repeat(1e5), 0)],
  ['has a header that is a list', 'invalid-safetensors', archive('[]')],
  ['has a header that is cut off', 'invalid-safetensors', archive('{"w":{')],
  ['has text after its header', 'invalid-safetensors', archive('{}x')],
  ['has white space before its header', 'invalid-safetensors', archive(` {"w":${entry()}}`, 4)],
  ['has a name that is not UTF-8', 'invalid-safetensors', archive(Buffer.from('{"\xff":1}', 'latin1'))],
  ['has half a surrogate in a name', 'invalid-safetensors', archive(`{"\\ud800":${entry()}}`, 4)],
  ['has a line end in a name', 'invalid-safetensors', archive(`{"a\nb":${entry()}}`, 4)],
  ['has a name twice', 'invalid-safetensors', archive(`{"w":${entry()},"w":${entry()}}`, 4)],
  [
    'has a name twice, once escaped',
    'invalid-safetensors',
    archive(`{"w":${entry()},"\\u0077":${entry()}}`, 4),
  ],
  ['has metadata that is a number', 'invalid-safetensors', archive('{"__metadata__":{"a":1}}')],
  ['has metadata in metadata', 'invalid-safetensors', archive('{"__metadata__":{"a":{}}}')],
  ['has a tensor that is null', 'invalid-safetensors', one('null', 0)],
  ['has a tensor with a further field', 'invalid-safetensors', one(`${entry().slice(0, -1)},"more":1}`, 4)],
  ['has a tensor with two dtypes', 'invalid-safetensors', one(`{"dtype":"F32",${entry().slice(1)}`, 4)],
  ['has no dtype', 'invalid-safetensors', one('{"shape":[1],"data_offsets":[0,4]}', 4)],
  ['has a dtype of its own', 'invalid-safetensors', one(entry({ dtype: '"F33"' }), 4)],
  ['has a dtype that is a number', 'invalid-safetensors', one(entry({ dtype: '7' }), 4)],
  ['has a negative dimension', 'invalid-safetensors', one(entry({ shape: '[-1]' }), 4)],
  ['has a dimension with a fraction', 'invalid-safetensors', one(entry({ shape: '[1.5]' }), 4)],
  ['has a dimension of 1e999', 'invalid-safetensors', one(entry({ shape: '[1e999]' }), 4)],
  ['has a dimension of 2^64', 'invalid-safetensors', one(entry({ shape: `[${2n ** 64n}]` }), 4)],
  ['has 2^80 elements', 'invalid-safetensors', one(entry({ shape: `[${2 ** 40},${2 ** 40}]` }), 4)],
  [
    'has 2^80 elements, and none',
    'invalid-safetensors',
    one(entry({ shape: `[${2 ** 40},${2 ** 40},0]` }), 0),
  ],
  ['has one offset', 'invalid-safetensors', one(entry({ offsets: '[0]' }), 4)],
  ['has offsets the wrong way round', 'invalid-safetensors', one(entry({ offsets: '[4,0]' }), 4)],
  [
    'has offsets that wrap around',
    'invalid-safetensors',
    one(entry({ offsets: `[${2n ** 64n - 4n},0]` }), 4),
  ],
  ['has too few bytes for a shape', 'invalid-safetensors', one(entry({ shape: '[2]' }), 4)],
  ['has a tensor beyond its end', 'invalid-safetensors', one(entry(), 3)],
  ['has bytes after its last tensor', 'invalid-safetensors', one(entry(), 5)],
  ['has 5 GB after its last tensor', 'invalid-safetensors', sparse(one(entry(), 4), 5 * 2 ** 30)],
  ['has a hole', 'invalid-safetensors', one(entry({ offsets: '[4,8]' }), 8)],
  [
    'has an overlap',
    'invalid-safetensors',
    archive(`{"a":${entry()},"b":${entry({ offsets: '[2,6]' })}}`, 6),
  ],
  ['has two tensors in one place', 'invalid-safetensors', archive(`{"a":${entry()},"b":${entry()}}`, 4)],
  ['is a Git LFS pointer', 'git-lfs-pointer', pointer],
  ['is a web page', 'invalid-safetensors', '<!DOCTYPE html><html><body>404 Not Found</body></html>'],
  [
    'is a zip file',
    'invalid-safetensors',
    Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), new Uint8Array(60)]),
  ],
  ['is a folder', 'unreadable', { kind: 'folder' }],
  ['is a pipe', 'unreadable', { kind: 'pipe' }],
  ['is a link to nothing', 'file-not-found', { kind: 'link', to: 'nothing' }],
  ['is a link to itself', 'unreadable', { kind: 'link', to: 'model.safetensors' }],
  ['is a device without end', 'unreadable', { kind: 'link', to: '/dev/zero' }],
];

const shard = safetensors(tensor('BF16', 48));

const indexes: readonly Case[] = [
  ['is empty', 'invalid-index', ''],
  ['is not JSON', 'invalid-index', '{"weight_map": nothing}'],
  ['is a list', 'invalid-index', '[]'],
  ['is cut off', 'invalid-index', `{"weight_map":{"${q}":"a.saf`],
  ['is not UTF-8', 'invalid-index', Buffer.from('{"weight_map":{"\xff":"a.safetensors"}}', 'latin1')],
  ['has no weight_map', 'invalid-index', '{"metadata":{}}'],
  ['has two', 'invalid-index', `{"weight_map":{"${q}":"a.safetensors"},"weight_map":{}}`],
  ['has a weight_map that is a list', 'invalid-index', '{"weight_map":["a"]}'],
  ['has an empty weight_map', 'invalid-index', '{"weight_map":{}}'],
  ['has a tensor twice', 'invalid-index', `{"weight_map":{"${q}":"a.safetensors","${q}":"a.safetensors"}}`],
  ['puts a tensor into a number', 'invalid-index', `{"weight_map":{"${q}":1}}`],
  ['leads to the folder above', 'invalid-index', mapTo('../positive/adapter_model.safetensors')],
  ['leads to an absolute path', 'invalid-index', mapTo('/etc/passwd')],
  ['leads elsewhere with a backslash', 'invalid-index', mapTo(String.raw`..\\a.safetensors`)],
  ['names the folder itself', 'invalid-index', mapTo('.')],
  ['names nothing', 'invalid-index', mapTo('')],
  ['names a shard that is not there', 'file-not-found', mapTo('b.safetensors')],
  ['names itself', 'invalid-safetensors', mapTo('model.safetensors.index.json')],
  ['has a tensor that its shard lacks', 'invalid-index', '{"weight_map":{"w":"a.safetensors"}}'],
  ['has 20,000 shards', 'too-large', shards(20_000)],
  [
    'has 600,000 tensors',
    'too-large',
    `{"weight_map":{${Array.from({ length: 6e5 }, (_, i) => `"${i}":"a"`).join()}}}`,
  ],
  ['has 70 MB', 'too-large', sparse(Buffer.from('{'), 70 * mebi)],
  ['is nested a million times', 'invalid-index', `{"metadata":${'['.repeat(1e6)}`],
  ['is a Git LFS pointer', 'git-lfs-pointer', pointer],
];

const configs: readonly Case[] = [
  ['is empty', 'invalid-config', ''],
  ['is not JSON', 'invalid-config', '{peft_type: LORA}'],
  ['is a list', 'invalid-config', '[1]'],
  ['is null', 'invalid-config', 'null'],
  ['is not UTF-8', 'invalid-config', Buffer.from('{"a":"\xff"}', 'latin1')],
  ['has 5 MB', 'too-large', sparse(Buffer.from('{'), 5 * mebi)],
  ['is nested a million times', 'invalid-config', `{"a":${'['.repeat(1e6)}`],
  ['is a Git LFS pointer', 'git-lfs-pointer', pointer],
  ['is a folder', 'unreadable', { kind: 'folder' }],
  ['has no peft_type', 'invalid-config', adapterConfig({ peft_type: undefined })],
  ['is of another method', 'unsupported-adapter', adapterConfig({ peft_type: 'IA3' })],
  ['has a peft_type that is an object', 'unsupported-adapter', adapterConfig({ peft_type: {} })],
  ['is of MLX, without a rank', 'invalid-config', '{"fine_tune_type":"lora","num_layers":1}'],
  ['has rank 0', 'invalid-config', adapterConfig({ r: 0 })],
  ['has a negative rank', 'invalid-config', adapterConfig({ r: -2 })],
  ['has half a rank', 'invalid-config', adapterConfig({ r: 2.5 })],
  ['has a rank in quotes', 'invalid-config', adapterConfig({ r: '2' })],
  ['has another rank than its factors', 'invalid-adapter', adapterConfig({ r: 3 })],
  [
    'has an infinite alpha',
    'invalid-config',
    adapterConfig().replace('"lora_alpha":4', '"lora_alpha":1e999'),
  ],
  ['has an alpha that is a list', 'invalid-config', adapterConfig({ lora_alpha: [4] })],
  ['has a rank_pattern that is a list', 'invalid-config', adapterConfig({ rank_pattern: [1] })],
  [
    'has a pattern that is no expression',
    'unsupported-adapter',
    adapterConfig({ alpha_pattern: { '(': 1, b: 2 } }),
  ],
  ['has target_modules that are a number', 'invalid-config', adapterConfig({ target_modules: 7 })],
  ['has modules_to_save that is a text', 'invalid-config', adapterConfig({ modules_to_save: 'lm_head' })],
  ['repeats layers', 'unsupported-adapter', adapterConfig({ layer_replication: [[0, 1]] })],
  ['has use_rslora that is a text', 'invalid-config', adapterConfig({ use_rslora: 'yes' })],
];

const module = 'base_model.model.model.layers.0.self_attn.q_proj';

const adapters: readonly Case[] = [
  ['is not there', 'file-not-found', null],
  ['is empty', 'invalid-safetensors', ''],
  ['is a Git LFS pointer', 'git-lfs-pointer', pointer],
  ['has no tensors', 'invalid-adapter', archive('{}')],
  ['lacks a factor', 'invalid-adapter', safetensors({ [`${module}.lora_A.weight`]: values([2, 6]) })],
  ['has factors that do not fit each other', 'invalid-adapter', factors([2, 6], [4, 3])],
  ['has factors that do not fit the base', 'shape-mismatch', factors([2, 7], [4, 2])],
  ['has a factor with one dimension', 'invalid-adapter', factors([12], [4, 2])],
  ['has factors with four dimensions', 'unsupported-adapter', factors([2, 6, 1, 1], [4, 2, 1, 1])],
  [
    'has integer factors',
    'unsupported-dtype',
    adapterWeights({ [`${module}.lora_A.weight`]: { ...values([2, 6]), dtype: 'I32' } }),
  ],
  ['has factors of 2^30 columns', 'invalid-safetensors', one(entry({ shape: `[2,${2 ** 30}]` }), 4)],
  [
    'has factors for what the base lacks',
    'unmatched-tensor',
    adapterWeights({
      'base_model.model.x.lora_A.weight': values([2, 6]),
      'base_model.model.x.lora_B.weight': values([4, 2]),
    }),
  ],
  [
    'has two adapters',
    'invalid-adapter',
    adapterWeights({ [`${module}.lora_A.other.weight`]: values([2, 6]) }),
  ],
  [
    'has magnitudes, but no DoRA',
    'invalid-adapter',
    adapterWeights({ [`${module}.lora_magnitude_vector`]: values([4]) }),
  ],
];

const recipes: readonly Case[] = [
  ['is empty', 'invalid-recipe', ''],
  ['is not UTF-8', 'invalid-recipe', Buffer.from('name: "\xff"', 'latin1')],
  ['is a weights file', 'invalid-recipe', archive('{}', 3 * mebi)],
  ['has 9 MB', 'invalid-recipe', sparse(Buffer.from('#'), 9 * mebi)],
  ['is a list', 'invalid-recipe', '- base\n'],
  ['is indented with tabs', 'invalid-recipe', 'output:\n\tpath: out\n'],
  ['has two documents', 'invalid-recipe', `${recipeText()}---\n${recipeText()}`],
  ['has a key twice', 'invalid-recipe', recipeText('base: other\n')],
  ['has an unknown key', 'invalid-recipe', recipeText('strenght: 1\n')],
  ['has a key of a later version', 'invalid-recipe', recipeText('device: cpu\n')],
  ['removes what is not there', 'model-not-found', recipeText('remove: [nowhere]\n')],
  ['removes itself', 'invalid-recipe', recipeText('remove: [test.steer.yaml]\n')],
  ['removes nothing', 'invalid-recipe', recipeText('remove: []\n')],
  [
    'removes along what is no way',
    'invalid-recipe',
    recipeText('remove: [{direction: positive, per: layer}]\n'),
  ],
  ['removes twice the same', 'invalid-direction', recipeText('remove: [positive, positive]\n')],
  ['is of version 2', 'unsupported-version', recipeText('version: 2\n')],
  ['laughs a billion times', 'invalid-recipe', laughs()],
  ['refers to itself', 'invalid-recipe', 'base: &a [*a]\n'],
  ['is nested 100,000 times', 'invalid-recipe', `base: ${'['.repeat(1e5)}`],
  ['asks for a function', 'invalid-recipe', recipeText('include: !!js/function "return 1"\n')],
  ['merges keys', 'invalid-recipe', 'a: &a {base: base}\n<<: *a\n'],
  ['has no negative', 'invalid-recipe', 'base: base\npositive: positive\noutput: {path: out}\n'],
  ['has a strength that is a text', 'invalid-recipe', recipeText('strength: "1"\n')],
  ['has a strength that is not a number', 'invalid-recipe', recipeText('strength: .nan\n')],
  ['has an infinite strength', 'invalid-recipe', recipeText('strength: [1, .inf]\n')],
  [
    'has 100,000 strengths',
    'invalid-recipe',
    recipeText(`strength: [${Array.from({ length: 1e5 }, (_, i) => i).join()}]\n`),
  ],
  ['has two strengths for one path', 'duplicate-output', recipeText('strength: [1, 2]\n')],
  ['has layers that end before they begin', 'invalid-recipe', recipeText('layers: 5-2\n')],
  ['has a glob that ends in a backslash', 'invalid-recipe', recipeText('include: ["a\\\\"]\n')],
  ['selects nothing', 'nothing-selected', recipeText('include: ["nothing*"]\n')],
  ['selects nothing with a slow glob', 'nothing-selected', recipeText(`include: ["${'*a'.repeat(500)}b"]\n`)],
  [
    'names a model by its address',
    'invalid-recipe',
    recipeText().replace('base: base', 'base: https://example.com/x'),
  ],
  [
    'names a model with a zero character',
    'invalid-recipe',
    recipeText().replace('base: base', 'base: "ba\\0se"'),
  ],
  ['names a model that is not there', 'model-not-found', recipeText().replace('base: base', 'base: nowhere')],
  ['names itself as a model', 'not-a-model', recipeText().replace('base: base', 'base: test.steer.yaml')],
  ['names an adapter as base', 'not-a-model', recipeText().replace('base: base', 'base: positive')],
  ['has a placeholder that is none', 'invalid-recipe', recipeText('output: {path: "out-{seed}"}\n')],
  ['has no output', 'usage', recipeText('output: {}\n')],
  ['writes over its input', 'output-conflict', recipeText('output: {path: base}\n')],
  ['writes below a file', 'write-failed', recipeText('output: {path: base/model.safetensors/out}\n')],
  ['writes over the folder that holds its inputs', 'output-conflict', recipeText('output: {path: .}\n')],
  ['writes shards of no bytes', 'invalid-recipe', recipeText('output: {path: out, max_shard_size: 0B}\n')],
  ['has a path that is too long', 'write-failed', recipeText(`output: {path: ${'x'.repeat(300)}}\n`)],
  [
    'asks for an adapter of dense terms',
    'not-low-rank',
    recipeText('output: {path: out, format: adapter}\n')
      .replace('positive: positive', 'positive: base')
      .replace('negative: negative', 'negative: other'),
  ],
];

/** A pickle that calls `os.system`. */
const system = `cos\nsystem\n(${unicode('touch /tmp/never')}tR`;

const others: readonly FilesCase[] = [
  ['a config.json that is no object', 'invalid-config', { 'base/config.json': '[]' }],
  ['a config.json of 5 MB', 'too-large', { 'base/config.json': sparse(Buffer.from('{'), 5 * mebi) }],
  ['a base without weights', 'not-a-model', { 'base/model.safetensors': null }],
  [
    'a base in a pickle that is none',
    'invalid-pickle',
    { 'base/model.safetensors': null, 'base/pytorch_model.bin': 'x' },
  ],
  [
    'a base in a pickle that wants something run',
    'unsafe-pickle',
    { 'base/model.safetensors': null, 'base/pytorch_model.bin': torchArchive(oneEntry(system)) },
  ],
  ['a base in a pickle of dictionaries', 'invalid-pickle', pickled(bomb('}', 33e6))],
  ['a base in a pickle of tuples', 'invalid-pickle', pickled(bomb(')', 33e6))],
  ['a base in a pickle of texts', 'invalid-pickle', pickled(bomb('\x8c\x02ab', 8e6))],
  ['a base in a pickle of one thing again and again', 'invalid-pickle', pickled(bomb('h\x00', 16e6))],
  [
    'a base in an archive of 400,000 files',
    'too-large',
    { 'base/model.safetensors': null, 'base/pytorch_model.bin': crowdedZip(4e5) },
  ],
  ['a base in a GGUF file of long lists', 'unmatched-tensor', ofGguf(ggufLists(0, 1))],
  ['a base in a GGUF file of long lists of large numbers', 'unmatched-tensor', ofGguf(ggufLists(10, 8))],
  ['a base in a GGUF file of 250,000 tensors in one place', 'invalid-gguf', ofGguf(ggufTensors(250_000))],
  ['a direction.json that is no object', 'invalid-config', { 'positive/direction.json': '7' }],
  ['a direction of another format', 'invalid-direction', { 'positive/direction.json': '{"format":"other"}' }],
  ['a training run as a side', 'not-a-model', { positive: null, 'positive/checkpoint-10/x': '' }],
  ['an empty folder as a side', 'not-a-model', { positive: { kind: 'folder' } }],
  ['a file as a side', 'not-a-model', { positive: 'text' }],
  [
    'an 8-bit base',
    'unsupported-dtype',
    {
      'base/model.safetensors': safetensors({ ...tensor('F8_E8M0', 24), ...norm }),
      'test.steer.yaml': recipeText('output: {path: out, format: checkpoint}\n'),
    },
  ],
  [
    'a base whose tensor has another shape',
    'shape-mismatch',
    { 'base/model.safetensors': safetensors({ [q]: { dtype: 'F32', shape: [6, 4], bytes: 96 } }) },
  ],
  ['something at the output path', 'output-exists', { 'out/file': 'precious' }],
  ['something in the place of the staging folder', 'output-conflict', { '.out.steering/file': 'precious' }],
  ['a file in the place of the staging folder', 'output-conflict', { '.out.steering': 'precious' }],
  ['a journal that is not ours', 'output-conflict', { '.out.steering/journal.json': '{"version":99}' }],
];

type CheckCase = readonly [name: string, code: FindingCode, files: Readonly<Record<string, Hostile>>];

const embedding = safetensors({ 'model.embed_tokens.weight': { dtype: 'F32', shape: [4, 2], bytes: 32 } });
const longRows = archive(`{"w":{"dtype":"F32","shape":[2,${2 ** 24}],"data_offsets":[0,${2 ** 27}]}}`);
const deep = (times: number) => `${'{"a":'.repeat(times)}1${'}'.repeat(times)}`;

/** What *Check* reads that writing does not, or reads in another way; each is a finding, not a failure. */
const checked: readonly CheckCase[] = [
  ['a tokenizer that is empty', 'invalid-json', { 'tokenizer.json': '' }],
  ['a tokenizer that is a list', 'invalid-json', { 'tokenizer.json': '[]' }],
  ['a tokenizer nested a million times', 'invalid-json', { 'tokenizer.json': `{"a":${'['.repeat(1e6)}` }],
  ['a tokenizer with negative ids', 'invalid-json', { 'tokenizer.json': '{"model":{"vocab":{"a":-1}}}' }],
  [
    'a tokenizer with ids of 2^63',
    'invalid-json',
    { 'tokenizer.json': `{"model":{"vocab":{"a":${2n ** 63n}}}}` },
  ],
  [
    'a tokenizer with a token twice',
    'invalid-json',
    { 'tokenizer.json': '{"model":{"vocab":{"a":0,"a":1}}}' },
  ],
  ['a tokenizer of 70 MB', 'too-large', { 'tokenizer.json': sparse(Buffer.from('{'), 70 * mebi) }],
  ['a tokenizer with 900,000 tokens', 'tokenizer-too-large', { 'tokenizer.json': vocabulary(9e5) }],
  ['a tokenizer that is a Git LFS pointer', 'git-lfs-pointer', { 'tokenizer.json': pointer }],
  ['a tokenizer that is a pipe', 'unreadable-file', { 'tokenizer.json': { kind: 'pipe' } }],
  [
    'a tokenizer that is a device without end',
    'unreadable-file',
    { 'tokenizer.json': { kind: 'link', to: '/dev/zero' } },
  ],
  ['a tokenizer_config.json nested 500,000 times', 'invalid-json', { 'tokenizer_config.json': deep(5e5) }],
  ['a tokenizer_config.json of brackets alone', 'invalid-json', { 'tokenizer_config.json': '['.repeat(3e6) }],
  [
    'a tokenizer_config.json that is a link to itself',
    'unreadable-file',
    { 'tokenizer_config.json': { kind: 'link', to: 'tokenizer_config.json' } },
  ],
  [
    'a tokenizer_config.json with a key 300,000 times',
    'duplicate-key',
    { 'tokenizer_config.json': `{${'"a":1,'.repeat(3e5)}"a":2}` },
  ],
  [
    'a generation_config.json of 5 MB',
    'too-large',
    { 'generation_config.json': sparse(Buffer.from('{'), 5 * mebi) },
  ],
  [
    'a generation_config.json that is not UTF-8',
    'invalid-json',
    { 'generation_config.json': Buffer.from('{"a":"\xff"}', 'latin1') },
  ],
  [
    'a generation_config.json with 300,000 ends',
    'unknown-eos',
    { 'generation_config.json': `{"eos_token_id":[${'9,'.repeat(3e5)}9]}` },
  ],
  [
    'a generation_config.json with a million ends',
    'too-large',
    { 'generation_config.json': `{"eos_token_id":[${'9,'.repeat(1e6)}9]}` },
  ],
  ['a config.json with half a surrogate and no end', 'invalid-json', { 'config.json': '{"a":"\\ud800' }],
  [
    'a config.json with a million keys',
    'too-large',
    { 'config.json': `{${Array.from({ length: 1e6 }, (_, i) => `"${i}":0`).join()}}` },
  ],
  ['a config.json that is a folder', 'unreadable-file', { 'config.json': { kind: 'folder' } }],
  ['an index that leads to /etc/passwd', 'path-outside-folder', indexed('../../etc/passwd')],
  ['an index that leads elsewhere with a backslash', 'path-outside-folder', indexed(String.raw`..\\x`)],
  ['an index that names itself', 'invalid-safetensors', indexed('model.safetensors.index.json')],
  [
    'an index that names a shard whose link leads in a circle',
    'unreadable-file',
    { ...indexed('a.safetensors'), 'a.safetensors': { kind: 'link', to: 'a.safetensors' } },
  ],
  [
    'an index that names a shard which is not safetensors',
    'invalid-safetensors',
    { ...indexed('a.safetensors'), 'a.safetensors': { kind: 'link', to: '/etc/passwd' } },
  ],
  [
    'an index with 200,000 entries that lead nowhere',
    'missing-shard',
    {
      'model.safetensors': null,
      'model.safetensors.index.json': `{"weight_map":{${Array.from({ length: 2e5 }, (_, i) => `"${i}":"a"`).join()}}}`,
    },
  ],
  [
    'an index with 200,000 files that are not there',
    'missing-shard',
    {
      'model.safetensors': null,
      'model.safetensors.index.json': `{"weight_map":{${Array.from({ length: 2e5 }, (_, i) => `"${i}":"a${i}"`).join()}}}`,
    },
  ],
  [
    'weights with 100,000 holes',
    'hole-in-file',
    {
      'model.safetensors': archive(
        `{${Array.from({ length: 1e5 }, (_, i) => `"${i}":${entry({ offsets: `[${8 * i + 4},${8 * i + 8}]` })}`).join()}}`,
        8e5,
      ),
    },
  ],
  [
    'weights with 100,000 overlaps',
    'overlapping-tensors',
    {
      'model.safetensors': archive(
        `{${Array.from({ length: 1e5 }, (_, i) => `"${i}":${entry({ offsets: `[${i},${i + 4}]` })}`).join()}}`,
        1e5 + 3,
      ),
    },
  ],
  [
    'weights that are cut off',
    'truncated-file',
    { 'model.safetensors': embedding.subarray(0, embedding.length - 5) },
  ],
  [
    'weights with rows of 64 MB, all zero',
    'all-zero',
    { 'model.safetensors': sparse(longRows, longRows.length + 2 ** 27) },
  ],
];

/** Largest resident size of a run that succeeds, and what each hostile one added to it. */
let usual = 0;
const measured: { readonly name: string; readonly bytes: number; readonly milliseconds: number }[] = [];

beforeAll(async () => {
  await using folder = await temporaryFolder();
  placeScene(folder.path);
  const { code, bytes } = await run(folder.path, 'usual');
  expect(code).toBe(0);
  usual = bytes;
});

afterAll(() => {
  const most = (of: 'bytes' | 'milliseconds') => measured.toSorted((one, other) => other[of] - one[of])[0];
  const [memory, time] = [most('bytes'), most('milliseconds')];
  if (memory === undefined || time === undefined) return;
  process.stdout.write(
    `${measured.length} hostile cases; slowest: ${time.name} (${Math.round(time.milliseconds)} ms), ` +
      `largest: ${memory.name} (${Math.round(memory.bytes / 2 ** 20)} MiB above a run that succeeds)\n`,
  );
});

describe('a weights file of the base that', () => {
  test.each(weights)('%s is %s', (name, code, file) =>
    expectRefusal(name, code, { 'base/model.safetensors': file }),
  );
});

describe('an index of the base that', () => {
  test.each(indexes)('%s is %s', (name, code, file) =>
    expectRefusal(name, code, {
      'base/model.safetensors': null,
      'base/a.safetensors': shard,
      'base/model.safetensors.index.json': file,
    }),
  );
});

describe('an adapter configuration that', () => {
  test.each(configs)('%s is %s', (name, code, file) =>
    expectRefusal(name, code, { 'positive/adapter_config.json': file }),
  );
});

describe('a weights file of an adapter that', () => {
  test.each(adapters)('%s is %s', (name, code, file) =>
    expectRefusal(name, code, { 'positive/adapter_model.safetensors': file }),
  );
});

describe('a recipe that', () => {
  test.each(recipes)('%s is %s', (name, code, file) =>
    expectRefusal(name, code, {
      'test.steer.yaml': file,
      'other/model.safetensors': safetensors({ ...tensor('F32', 96), ...norm }),
    }),
  );
});

test.each(others)('%s is %s', expectRefusal);

describe('a check of', () => {
  test.each(checked)('%s says %s', async (name, code, files) => {
    await using folder = await temporaryFolder();
    place(folder.path, { 'config.json': '{"model_type":"llama"}', 'model.safetensors': embedding, ...files });
    const { stdout, stderr, bytes, milliseconds } = await run(folder.path, name, [
      'check',
      '.',
      '--values',
      '--json',
    ]);
    const { findings } = parseJson<CheckResult>(stdout);
    expect(stderr).toBe('');
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(stdout.length).toBeLessThan(100_000);
    measured.push({ name, bytes: bytes - usual, milliseconds });
    expect(bytes - usual).toBeLessThan(200 * 2 ** 20);
  });
});

async function expectRefusal(
  name: string,
  code: FailureCode,
  files: Readonly<Record<string, Hostile>>,
): Promise<void> {
  await using folder = await temporaryFolder();
  placeScene(folder.path);
  place(folder.path, files);
  const before = listing(folder.path);
  const { stdout, stderr, bytes, milliseconds, ...finished } = await run(folder.path, name);
  const { error } = parseJson<ErrorResult>(stdout);
  expect({ exit: finished.code, ...error, stderr }).toMatchObject({ exit: 2, code, stderr: '' });
  expect(error.message.length).toBeLessThan(2000);
  expect(error.subject).toSatisfy((subject: string) => subject.startsWith(folder.path));
  expect(listing(folder.path)).toEqual(before);
  measured.push({ name, bytes: bytes - usual, milliseconds });
  expect(bytes - usual).toBeLessThan(200 * 2 ** 20);
}

async function run(folder: string, name: string, args = ['write', 'test.steer.yaml', '--json']) {
  await using memory = await temporaryFolder();
  const report = join(memory.path, 'bytes');
  const env = {
    NODE_OPTIONS: `--require ${join(root, 'test/support/reportMemory.cjs')}`,
    REPORT_MEMORY: report,
  };
  const start = performance.now();
  const finished = await steer(args, { cwd: folder, env });
  const milliseconds = performance.now() - start;
  expect(existsSync(report), `${name}: the process did not end by itself`).toBe(true);
  return { ...finished, milliseconds, bytes: Number(readFileSync(report, 'utf8')) };
}

/** Every name below a folder, with what is there: sizes, links, and hashes of small files. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => `${name} ${factsOf(join(folder, name))}`);
}

function factsOf(path: string): string {
  const facts = lstatSync(path);
  if (facts.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  if (!facts.isFile()) return String(facts.mode);
  const hash = facts.size > 2 ** 20 ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
  return `${facts.size} ${facts.mtimeMs} ${hash}`;
}

/** A header with one tensor. */
function one(description: string, data: number): Uint8Array {
  return archive(`{"w":${description}}`, data);
}

function many(count: number): string {
  const empty = entry({ shape: '[0]', offsets: '[0,0]' });
  return Array.from({ length: count }, (_, i) => `"${i}":${empty}`).join();
}

function sparse(start: Uint8Array, size: number): Hostile {
  return { kind: 'sparse', start, size };
}

function mapTo(file: string): string {
  return `{"weight_map":{"${q}":"${file}"}}`;
}

function shards(count: number): string {
  return `{"weight_map":{${Array.from({ length: count }, (_, i) => `"${i}":"${i}.safetensors"`).join()}}}`;
}

function tensor(dtype: DType, bytes: number): TensorSpec {
  return { [q]: { dtype, shape: [4, 6], bytes } };
}

function values(shape: number[]) {
  return { dtype: 'F32' as const, shape, bytes: 4 * shape.reduce((product, size) => product * size, 1) };
}

function factors(A: number[], B: number[]): Uint8Array {
  return safetensors({ [`${module}.lora_A.weight`]: values(A), [`${module}.lora_B.weight`]: values(B) });
}

function laughs(): string {
  const lines = Array.from({ length: 10 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}*a${i}]`);
  return `a0: &a0 ha\n${lines.join('\n')}\n`;
}

function vocabulary(count: number): string {
  return `{"model":{"vocab":{${Array.from({ length: count }, (_, id) => `"${id}":${id}`).join()}}}}`;
}

function indexed(file: string): Readonly<Record<string, Hostile>> {
  return {
    'model.safetensors': null,
    'model.safetensors.index.json': `{"weight_map":{"w":${JSON.stringify(file)}}}`,
  };
}

function pickled(pickle: Uint8Array): Readonly<Record<string, Hostile>> {
  return { 'base/model.safetensors': null, 'base/pytorch_model.bin': torchArchive(pickle) };
}

function ofGguf(file: Uint8Array): Readonly<Record<string, Hostile>> {
  return { 'base/m.gguf': file, 'test.steer.yaml': recipeText().replace('base: base', 'base: base/m.gguf') };
}

/** A header of 60 MB: lists of 4,096 numbers each. */
function ggufLists(type: number, width: number): Uint8Array {
  const numbers = Buffer.concat([list(type, 4096n), Buffer.alloc(4096 * width, 0x7f)]);
  const count = Math.floor(60e6 / (numbers.length + 30));
  const values = Array.from({ length: count }, (_, at) => [`k${at}`, u32(9), numbers] as const);
  return ggufFile({ values, tensors: [], data: 0 });
}

function ggufTensors(count: number): Uint8Array {
  const tensors = Array.from({ length: count }, (_, at) => {
    return { name: `t${at}`, sizes: [1n, 1n, 1n, 1n], type: 0, offset: 0n };
  });
  return ggufFile({ tensors, data: 32 });
}
