import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../../server/protocol/tensors.ts';
import { readAdapter } from '../../../server/models/adapter.ts';
import { bytesOf } from '../../../server/tensors/dtype.ts';
import { readJson } from '../../support/json.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const layer = 'base_model.model.model.layers.0.self_attn.q_proj';
const fitting = { [`${layer}.lora_A.weight`]: [2, 6], [`${layer}.lora_B.weight`]: [4, 2] };
const rows = 'base_model.model.embed_tokens.token_adapter.trainable_tokens_delta';
const weights = 'adapter_model.safetensors';
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 77\n';

/** Shapes of float32 tensors by name. */
type Shapes = Readonly<Record<string, readonly number[]>>;

interface Broken {
  /** Over those of a plain adapter; a string or bytes are the whole file; null: no file. */
  readonly config?: object | string | Uint8Array | null;
  readonly tensors?: Shapes | null;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly dtype?: DType;
}

describe('an adapter is refused', () => {
  test.each<[what: string, broken: Broken, code: string, message: RegExp]>([
    // The configuration as a file
    ['without a configuration', { config: null }, 'file-not-found', /adapter_config\.json/],
    ['with an empty configuration', { config: '' }, 'invalid-config', /adapter_config\.json: is not JSON/],
    ['with a configuration that is cut off', { config: '{"r": 2,' }, 'invalid-config', /is not JSON/],
    ['with a list as its configuration', { config: '[]' }, 'invalid-config', /a list where an object/],
    ['with null as its configuration', { config: 'null' }, 'invalid-config', /null where an object/],
    [
      'with a configuration in Latin-1',
      { config: Uint8Array.of(0x7b, 0xe9, 0x7d) },
      'invalid-config',
      /UTF-8/,
    ],
    [
      'with a configuration of 5 MB',
      { config: `{"x":"${'a'.repeat(5e6)}"}` },
      'too-large',
      /limit is 4194304/,
    ],
    ['whose configuration is a Git LFS pointer', { config: pointer }, 'git-lfs-pointer', /git lfs pull/],
    [
      'with NaN in its configuration',
      { config: '{"peft_type":"LORA","lora_alpha":NaN}' },
      'invalid-config',
      /lora_alpha is null/,
    ],
    [
      'with a configuration of a million levels',
      { config: `{"x":${'['.repeat(1e6)}${']'.repeat(1e6)}}` },
      'invalid-config',
      /deeper than \d+ levels/,
    ],
    // The kind
    ['without a peft_type', { config: { peft_type: undefined } }, 'invalid-config', /has no peft_type/],
    [
      'of the kind IA3',
      { config: { peft_type: 'IA3' } },
      'unsupported-adapter',
      /peft_type "IA3".*merge_and_unload/,
    ],
    ['with a number as its kind', { config: { peft_type: 7 } }, 'unsupported-adapter', /peft_type 7/],
    // Values of the configuration
    ['with r 0', { config: { r: 0 } }, 'invalid-config', /r is 0 where a whole number above 0 is due/],
    ['with r 2.5', { config: { r: 2.5 } }, 'invalid-config', /r is 2\.5/],
    ['with r as text', { config: { r: '2' } }, 'invalid-config', /r is a string/],
    ['with r true', { config: { r: true } }, 'invalid-config', /r is a boolean/],
    [
      'with an infinite alpha',
      { config: '{"peft_type":"LORA","lora_alpha":1e999}' },
      'invalid-config',
      /alpha is Inf/,
    ],
    ['with a list as alpha', { config: { lora_alpha: [1] } }, 'invalid-config', /lora_alpha is a list/],
    [
      'with use_rslora as text',
      { config: { use_rslora: 'yes' } },
      'invalid-config',
      /use_rslora is a string/,
    ],
    ['with fan_in_fan_out 1', { config: { fan_in_fan_out: 1 } }, 'invalid-config', /fan_in_fan_out is 1/],
    [
      'with modules_to_save as text',
      { config: { modules_to_save: 'head' } },
      'invalid-config',
      /modules_to_save/,
    ],
    [
      'with a number in target_modules',
      { config: { target_modules: ['q', 1] } },
      'invalid-config',
      /target_modules/,
    ],
    [
      'with an object as base',
      { config: { base_model_name_or_path: {} } },
      'invalid-config',
      /base_model_name/,
    ],
    [
      'with a list as rank_pattern',
      { config: { rank_pattern: [1] } },
      'invalid-config',
      /rank_pattern is a list/,
    ],
    [
      'with rank 0 in a pattern',
      { config: { rank_pattern: { q: 0 } } },
      'invalid-config',
      /rank_pattern\["q"\] is 0/,
    ],
    [
      'with text in a pattern',
      { config: { alpha_pattern: { q: '8' } } },
      'invalid-config',
      /alpha_pattern\["q"\]/,
    ],
    [
      'with a pattern that is none',
      { config: { rank_pattern: { '(q': 2 } } },
      'unsupported-adapter',
      /"\(q", which has/,
    ],
    [
      'with a pattern that looks ahead',
      { config: { alpha_pattern: { '(?!q)k': 2 } } },
      'unsupported-adapter',
      /alpha_pattern has the key "\(\?!q\)k".*look-around.*give the modules' names/,
    ],
    [
      'with whole numbers as patterns',
      { config: { rank_pattern: { x: 2, '1': 2 } } },
      'unsupported-adapter',
      /whole number/,
    ],
    [
      'with more patterns than can be matched',
      {
        config: {
          alpha_pattern: Object.fromEntries(Array.from({ length: 2e4 }, (_, at) => [`${at}x.*a*b*c*d`, 1])),
        },
        tensors: Object.fromEntries(
          Array.from({ length: 500 }, (_, at) => [
            [`m.${at}.${'abcd'.repeat(200)}.lora_A.weight`, [2, 2]],
            [`m.${at}.${'abcd'.repeat(200)}.lora_B.weight`, [2, 2]],
          ]).flat(),
        ),
      },
      'too-large',
      /patterns that take too long/,
    ],
    // Methods that are not base + scale · B·A
    [
      'with DoRA but without magnitudes',
      { config: { use_dora: true } },
      'invalid-adapter',
      /lora_A\.weight" has no lora_magnitude_vector beside it.* has use_dora set/,
    ],
    [
      'with magnitudes for other outputs',
      { config: { use_dora: true }, tensors: { ...fitting, [`${layer}.lora_magnitude_vector`]: [6] } },
      'invalid-adapter',
      /lora_magnitude_vector" has the shape \[6\], but ".*lora_B\.weight" is for 4 outputs/,
    ],
    [
      'with magnitudes of a convolution',
      { config: { use_dora: true }, tensors: { ...fitting, [`${layer}.lora_magnitude_vector`]: [1, 4, 1] } },
      'invalid-adapter',
      /the shape \[1, 4, 1\]/,
    ],
    [
      'with DoRA and a bias of its factors',
      {
        config: { use_dora: true },
        tensors: {
          ...fitting,
          [`${layer}.lora_B.bias`]: [4],
          [`${layer}.lora_magnitude_vector.default.weight`]: [4],
        },
      },
      'invalid-adapter',
      /lora_B\.bias" is a bias of factors, which DoRA cannot have/,
    ],
    [
      'with DoRA on a base that PEFT changes',
      { config: { use_dora: true, init_lora_weights: 'pissa' } },
      'unsupported-adapter',
      /initialised with PiSSA.*merge_and_unload/,
    ],
    ['with use_dora as text', { config: { use_dora: 'yes' } }, 'invalid-config', /use_dora is a string/],
    ['with QALoRA', { config: { use_qalora: true } }, 'unsupported-adapter', /use_qalora/],
    [
      'with repeated layers',
      { config: { layer_replication: [[0, 2]] } },
      'unsupported-adapter',
      /layer_replication/,
    ],
    [
      'with trained tokens that are not there',
      { config: { trainable_token_indices: [0] } },
      'invalid-adapter',
      /trainable_token_indices set, but the weights hold no trained rows/,
    ],
    [
      'with a token twice',
      { config: { trainable_token_indices: [4, 4] } },
      'invalid-config',
      /names a token twice/,
    ],
    [
      'with tokens that are no numbers',
      { config: { trainable_token_indices: { embed_tokens: [-1] } } },
      'invalid-config',
      /a list of token ids/,
    ],
    [
      'with more rows than tokens',
      { config: { trainable_token_indices: [4] }, tensors: { ...fitting, [rows]: [2, 6] } },
      'invalid-adapter',
      /shape \[2, 6\], but trainable_token_indices of .* names 1 tokens/,
    ],
    [
      'with rows and factors for one module',
      {
        config: { trainable_token_indices: { q_proj: [1] } },
        tensors: { ...fitting, [`${layer}.token_adapter.trainable_tokens_delta`]: [1, 6] },
      },
      'unsupported-adapter',
      /a module that has factors as well.*merge_and_unload/,
    ],
    [
      'with a bare parameter that has an embedding’s factors',
      {
        config: { target_parameters: ['q_proj.weight'] },
        tensors: { [`${layer}.lora_embedding_A`]: [2, 6], [`${layer}.lora_embedding_B`]: [4, 2] },
      },
      'invalid-adapter',
      /for a bare parameter/,
    ],
    [
      'with a bare parameter that has a bias alone',
      { config: { target_parameters: ['q_proj.weight'] }, tensors: { [`${layer}.lora_B.bias`]: [4] } },
      'invalid-adapter',
      /for a bare parameter|without factors/,
    ],
    [
      'with aLoRA',
      { config: { alora_invocation_tokens: [1] } },
      'unsupported-adapter',
      /alora_invocation_tokens/,
    ],
    ['with MergedLinear', { config: { enable_lora: [true, false] } }, 'unsupported-adapter', /enable_lora/],
    // The weights as a file
    ['without weights', { tensors: null }, 'file-not-found', /adapter_model\.safetensors/],
    [
      'with a pickle that is none',
      { tensors: null, files: { 'adapter_model.bin': 'x' } },
      'invalid-pickle',
      /adapter_model\.bin/,
    ],
    [
      'with weights of MLX',
      { tensors: null, files: { 'adapters.safetensors': 'x' } },
      'unsupported-format',
      /adapters\.safetensors, an MLX adapter, whose configuration is not this one/,
    ],
    [
      'whose weights are a Git LFS pointer',
      { files: { [weights]: pointer } },
      'git-lfs-pointer',
      /77 B not fetched: git lfs pull --include/,
    ],
    [
      'whose weights are cut off',
      { files: { [weights]: Uint8Array.of(200, 0, 0) } },
      'invalid-safetensors',
      /3 bytes/,
    ],
    [
      'whose weights are a folder',
      { tensors: null, files: { [`${weights}/x`]: '' } },
      'unreadable',
      /is a folder/,
    ],
    ['without a tensor', { tensors: {} }, 'invalid-adapter', /holds no factors and no trained tensors/],
    // The factors
    [
      'with A alone',
      { tensors: { [`${layer}.lora_A.weight`]: [2, 6] } },
      'invalid-adapter',
      /q_proj\.lora_A\.weight" has no factor B/,
    ],
    [
      'with B alone',
      { tensors: { [`${layer}.lora_B.weight`]: [4, 2] } },
      'invalid-adapter',
      /lora_B\.weight" has no factor A/,
    ],
    [
      'whose factors have different ranks',
      { tensors: { ...fitting, [`${layer}.lora_B.weight`]: [4, 3] } },
      'invalid-adapter',
      /lora_A\.weight" is \[2, 6\] and ".*lora_B\.weight" \[4, 3\]: their ranks 2 and 3 differ/,
    ],
    [
      'with another rank than r',
      { config: { r: 8 } },
      'invalid-adapter',
      /q_proj.* has the rank 2, but r of .*adapter_config\.json is 8/,
    ],
    [
      'with another rank than its pattern',
      { config: { rank_pattern: { q_proj: 4 } } },
      'invalid-adapter',
      /rank 2, but rank_pattern\["q_proj"\]/,
    ],
    [
      'with a factor in one dimension',
      { tensors: { ...fitting, [`${layer}.lora_A.weight`]: [12] } },
      'invalid-adapter',
      /shape \[12\].*ZeRO-3/,
    ],
    [
      'with an empty factor',
      { tensors: { ...fitting, [`${layer}.lora_A.weight`]: [0, 6] } },
      'invalid-adapter',
      /shape \[0, 6\]/,
    ],
    [
      'with a factor in four dimensions',
      { tensors: { ...fitting, [`${layer}.lora_A.weight`]: [2, 6, 1, 1] } },
      'unsupported-adapter',
      /\[2, 6, 1, 1\].*convolutions/,
    ],
    [
      'with linear and embedding factors for one module',
      {
        tensors: { ...fitting, [`${layer}.lora_embedding_A`]: [2, 6], [`${layer}.lora_embedding_B`]: [4, 2] },
      },
      'invalid-adapter',
      /cannot be both/,
    ],
    [
      'with a bias of no factor',
      { tensors: { [`${layer}.lora_B.bias`]: [4] } },
      'invalid-adapter',
      /lora_B\.bias" is the bias of a factor B/,
    ],
    // The keys
    [
      'with two adapters in one file',
      { tensors: { ...fitting, [`${layer}.lora_A.second.weight`]: [2, 6] } },
      'invalid-adapter',
      /"base_model.*lora_A\.weight" and "base_model.*lora_A\.second\.weight" are for the same tensor/,
    ],
    [
      'with one tensor twice in one way',
      {
        tensors: {
          ...fitting,
          'base_model.model.lm_head.modules_to_save.weight': [4, 6],
          'base_model.model.lm_head.modules_to_save.default.weight': [4, 6],
        },
      },
      'invalid-adapter',
      /are for the same tensor; one file holds one adapter/,
    ],
    [
      'with a magnitude vector, but without use_dora',
      { tensors: { ...fitting, [`${layer}.lora_magnitude_vector`]: [4] } },
      'invalid-adapter',
      /lora_magnitude_vector" belongs to DoRA, but .* has no use_dora/,
    ],
    [
      'with rows of tokens',
      {
        tensors: { ...fitting, [rows]: [1, 6] },
      },
      'invalid-adapter',
      /names 0 tokens for it/,
    ],
    [
      'with singular values',
      { tensors: { ...fitting, [`${layer}.lora_E`]: [2, 1] } },
      'unsupported-adapter',
      /lora_E" is part of a LoRA of a kind/,
    ],
    [
      'with factors of MLX',
      { tensors: { 'model.layers.0.self_attn.q_proj.lora_a': [6, 2] } },
      'unsupported-adapter',
      /factor of an MLX adapter/,
    ],
    [
      'with factors of Kohya',
      { tensors: { 'lora_unet_x.lora_down.weight': [2, 6] } },
      'unsupported-adapter',
      /Kohya/,
    ],
  ])('%s', async (_, broken, code, message) => {
    await using folder = await temporaryFolder();
    await write(folder.path, broken);
    const reading = readAdapter(folder.path, { reference: 'adapter' });
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(reading).rejects.toMatchObject({ subject: expect.stringContaining(folder.path) });
  });

  test.each([
    ['kasa', /kasa_config/],
    ['bdlora', /use_bdlora/],
    ['alora', /alora_invocation_tokens/],
    ['layer-replication', /layer_replication/],
    ['ia3', /"IA3"/],
    ['loha', /"LOHA"/],
    ['vera', /"VERA"/],
    ['adalora', /"ADALORA"/],
    ['prompt', /"PROMPT_TUNING"/],
  ])('by name as PEFT writes %s', async (name, message) => {
    const folder = join(root, 'test/fixtures/adapters/refused', name);
    const reading = readAdapter(folder, { reference: name });
    await expect(reading).rejects.toMatchObject({
      code: 'unsupported-adapter',
      subject: join(folder, 'adapter_config.json'),
      message: expect.stringMatching(message),
    });
  });

  test('when it is cancelled', async () => {
    await using folder = await temporaryFolder();
    await write(folder.path, {});
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readAdapter(folder.path, { reference: 'adapter', signal })).rejects.toThrow('enough');
  });
});

describe('an adapter is read with a warning', () => {
  test.each<[what: string, config: object, code: string, message: RegExp]>([
    [
      'with a field of a later version',
      { use_quantum: true },
      'unknown-field',
      /"use_quantum" set, which this version/,
    ],
    ['with LoftQ', { init_lora_weights: 'loftq' }, 'changed-base', /LoftQ/],
    ['with CorDA', { init_lora_weights: 'corda' }, 'changed-base', /CorDA/],
    ['with PiSSA in some steps', { init_lora_weights: 'pissa_niter_16' }, 'changed-base', /PiSSA/],
    [
      'with factors that are no target',
      { target_modules: ['k_proj'] },
      'untargeted-factors',
      /self_attn\.q_proj" \(1 in all/,
    ],
    [
      'with factors that no pattern targets',
      { target_modules: '.*k_proj' },
      'untargeted-factors',
      /self_attn\.q_proj"/,
    ],
  ])('%s', async (_, config, code, message) => {
    await using folder = await temporaryFolder();
    await write(folder.path, { config });
    const { warnings, factors } = await readAdapter(folder.path, { reference: 'adapter' });
    expect(factors).toHaveLength(1);
    expect(warnings).toEqual([
      { code, message: expect.stringMatching(message), file: join(folder.path, 'adapter_config.json') },
    ]);
  });

  test('with a thousand fields of a later version, but one', async () => {
    await using folder = await temporaryFolder();
    await write(folder.path, {
      config: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`later${at}`, 1])),
    });
    const { warnings } = await readAdapter(folder.path, { reference: 'adapter' });
    expect(warnings.map(({ message }) => message.length < 1000)).toEqual([true]);
  });

  test('never with a field of PEFT, whatever it is set to', async () => {
    const fields = Object.keys(
      readJson<object>(join(root, 'test/fixtures/adapters/cases/plain/adapter/adapter_config.json')),
    );
    expect(fields).toContain('monteclora_config');
    await using folder = await temporaryFolder();
    for (const field of fields) {
      await write(folder.path, { config: { [field]: 'x' } });
      const codes = await readAdapter(folder.path, { reference: 'adapter' }).then(
        ({ warnings }) => warnings.map(({ code }) => code),
        ({ code }: { readonly code: string }) => [code],
      );
      expect(codes, field).not.toContain('unknown-field');
    }
  });

  test.each<[what: string, config: object]>([
    ['empty fields that are not known', { later: null, other: [], another: {}, more: false, text: '' }],
    ['defaults of refused fields', { use_dora: false, target_parameters: [], layer_replication: null }],
    ['EVA, whose base stays', { init_lora_weights: 'eva', eva_config: { rho: 2 } }],
    ['targets by any ending of the name', { target_modules: ['layers.0.self_attn.q_proj'] }],
    ['all linear modules as targets', { target_modules: 'all-linear' }],
    ['targets that no one here can match', { target_modules: '(?!x).*' }],
  ])('but not with %s', async (_, config) => {
    await using folder = await temporaryFolder();
    await write(folder.path, { config });
    expect((await readAdapter(folder.path, { reference: 'adapter' })).warnings).toEqual([]);
  });
});

async function write(folder: string, { config = {}, tensors = fitting, files = {}, dtype = 'F32' }: Broken) {
  const plain = { peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['q_proj'] };
  const isFile = typeof config === 'string' || config instanceof Uint8Array;
  const text = isFile ? config : JSON.stringify({ ...plain, ...config });
  if (config !== null) await writeFile(join(folder, 'adapter_config.json'), text);
  if (tensors !== null) {
    const spec: TensorSpec = {};
    for (const [name, shape] of Object.entries(tensors)) {
      spec[name] = { dtype, shape: [...shape], bytes: bytesOf(dtype, shape) };
    }
    await writeFile(join(folder, weights), safetensors(spec));
  }
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), contents);
  }
}
