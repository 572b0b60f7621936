import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DType } from '#protocol/tensors.ts';
import { inspect } from '../../../server/analysis/inspect.ts';
import { openCheckpoint } from '../../../server/models/checkpoint.ts';
import { bytesOf } from '../../../server/tensors/dtype.ts';
import { readJson } from '../../support/json.ts';
import { adapterFolder, matrix } from '../../support/modelFolders.ts';
import { readModel } from '../../support/readTensors.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { scene } from './scene.ts';

const { at, write, dryRun } = scene();
const module = 'model.layers.0.self_attn.q_proj';
const rows = 16;
const columns = 64; // Of the loaded weight.

type Headers = Readonly<Record<string, readonly [dtype: DType, shape: readonly number[], bytes?: string]>>;

interface Quantized {
  readonly config: object;
  readonly tensors: Headers;
  readonly description: string;
}

const nf4 = JSON.stringify({ quant_type: 'nf4', blocksize: 64, dtype: 'bfloat16', shape: [rows, columns] });

/** Names and shapes as the libraries write them: AutoGPTQ, AutoAWQ, bitsandbytes, DeepSeek, llm-compressor, mlx-lm. */
const kinds: Readonly<Record<string, Quantized>> = {
  gptq: {
    config: { quantization_config: { quant_method: 'gptq', bits: 4, group_size: 32 } },
    tensors: {
      [`${module}.qweight`]: ['I32', [columns / 8, rows]],
      [`${module}.qzeros`]: ['I32', [2, rows / 8]],
      [`${module}.scales`]: ['F16', [2, rows]],
      [`${module}.g_idx`]: ['I32', [columns]],
    },
    description: 'GPTQ, 4 bits in groups of 32',
  },
  awq: {
    config: { quantization_config: { quant_method: 'awq', bits: 4, group_size: 64, version: 'gemm' } },
    tensors: {
      [`${module}.qweight`]: ['I32', [columns, rows / 8]],
      [`${module}.qzeros`]: ['I32', [1, rows / 8]],
      [`${module}.scales`]: ['F16', [1, rows]],
    },
    description: 'AWQ, 4 bits in groups of 64',
  },
  'bitsandbytes in 4 bits': {
    config: {
      quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true, bnb_4bit_quant_type: 'nf4' },
    },
    tensors: {
      [`${module}.weight`]: ['U8', [(rows * columns) / 2, 1]],
      [`${module}.weight.absmax`]: ['U8', [16]],
      [`${module}.weight.quant_map`]: ['F32', [16]],
      [`${module}.weight.quant_state.bitsandbytes__nf4`]: ['U8', [nf4.length], nf4],
    },
    description: 'bitsandbytes, nf4, 4 bits',
  },
  'bitsandbytes in 8 bits': {
    config: { quantization_config: { load_in_8bit: true } },
    tensors: { [`${module}.weight`]: ['I8', [rows, columns]], [`${module}.SCB`]: ['F32', [rows]] },
    description: 'bitsandbytes, 8 bits',
  },
  'FP8 with scales of blocks': {
    config: { quantization_config: { quant_method: 'fp8', fmt: 'e4m3', weight_block_size: [128, 128] } },
    tensors: {
      [`${module}.weight`]: ['F8_E4M3', [rows, columns]],
      [`${module}.weight_scale_inv`]: ['F32', [1, 1]],
    },
    description: 'FP8 with scales, e4m3, 8 bits',
  },
  'compressed-tensors': {
    config: {
      quantization_config: {
        quant_method: 'compressed-tensors',
        format: 'pack-quantized',
        config_groups: { group_0: { weights: { num_bits: 4 } } },
      },
    },
    tensors: {
      [`${module}.weight_packed`]: ['I32', [rows, columns / 8]],
      [`${module}.weight_scale`]: ['BF16', [rows, 1]],
      [`${module}.weight_shape`]: ['I64', [2]],
    },
    description: 'compressed-tensors, pack-quantized, 4 bits',
  },
  MLX: {
    config: { quantization: { group_size: 64, bits: 4 } },
    tensors: {
      [`${module}.weight`]: ['U32', [rows, columns / 8]],
      [`${module}.scales`]: ['BF16', [rows, 1]],
      [`${module}.biases`]: ['BF16', [rows, 1]],
    },
    description: 'MLX, 4 bits in groups of 64',
  },
  'FP8 without a word in the configuration': {
    config: {},
    tensors: {
      [`${module}.weight`]: ['F8_E4M3', [rows, columns]],
      [`${module}.weight_scale_inv`]: ['F32', [1, 1]],
    },
    description: 'FP8 with scales, 8 bits',
  },
};

beforeAll(() => {
  for (const [name, { config, tensors }] of Object.entries(kinds)) quantizedFolder(name, config, tensors);
  adapterFolder(at('plus'), lora(1), { r: 1 });
  adapterFolder(at('minus'), lora(2), { r: 1 });
  const magnitude = { [`${module}.lora_magnitude_vector`]: { shape: [rows], values: Array(rows).fill(1) } };
  adapterFolder(at('dora'), { ...lora(1), ...magnitude }, { r: 1, use_dora: true });
});

describe.each(Object.entries(kinds))('%s', (name, { description, tensors }) => {
  test('is recognised, and listed as it is stored', async () => {
    const found = inspect(await openCheckpoint(at(name), { reference: name }));
    expect(found.quantization?.description).toBe(description);
    expect(found.tensors.map((tensor) => tensor.name)).toEqual([
      ...Object.keys(tensors),
      'model.norm.weight',
    ]);
  });

  test('is steered by way of an adapter, of which its weights are no part', async () => {
    const recipe = { name: 'w', base: name, positive: 'plus', negative: 'minus' };
    const { outputs } = await write(recipe, { format: 'auto' });
    expect(outputs).toMatchObject([{ format: 'adapter', rank: 2 }]);
    expect([...readModel(outputs[0]!.path).values()].map(({ shape }) => shape)).toEqual([
      [2, columns],
      [rows, 2],
    ]);
    expect(readJson<object>(join(outputs[0]!.path, 'adapter_config.json'))).toMatchObject({
      fan_in_fan_out: false,
    });
  });

  test.each<[what: string, recipe: object]>([
    ['a checkpoint', { positive: 'plus', negative: 'minus' }],
    ['the difference of two of its kind', { positive: name, negative: `${name} again` }],
    ['DoRA', { positive: 'dora', negative: 'base' }],
  ])('%s is refused with what can be done', async (_, sides) => {
    quantizedFolder(`${name} again`, kinds[name]!.config, tensors);
    await expect(dryRun({ name: 'w', base: name, ...sides })).rejects.toMatchObject({
      code: 'unsupported-dtype',
      message: expect.stringContaining(
        `is quantised (${description}), and its values are not known; steer it by way of an adapter (format: adapter)`,
      ),
    });
  });
});

test('MXFP4 experts have the shape that transformers unpacks them to', async () => {
  const experts = 'model.layers.0.mlp.experts';
  quantizedFolder(
    'mxfp4',
    { quantization_config: { quant_method: 'mxfp4' } },
    {
      [`${experts}.gate_up_proj_blocks`]: ['U8', [3, 24, 2, 16]],
      [`${experts}.gate_up_proj_scales`]: ['U8', [3, 24, 2]],
      [`${experts}.gate_up_proj_bias`]: ['BF16', [3, 24]],
    },
  );
  const { tensors, quantization } = await openCheckpoint(at('mxfp4'), { reference: 'mxfp4' });
  expect(quantization?.description).toBe('MXFP4, 4 bits');
  expect([...tensors].map(([name, { shape }]) => [name.replace(`${experts}.`, ''), shape])).toEqual([
    ['gate_up_proj', [3, 64, 24]],
    ['gate_up_proj_bias', [3, 24]],
    ['model.norm.weight', [4]],
  ]);
});

function lora(value: number) {
  return {
    [`${module}.lora_A.weight`]: matrix(1, columns, value),
    [`${module}.lora_B.weight`]: matrix(rows, 1, value),
  };
}

function quantizedFolder(name: string, config: object, tensors: Headers): void {
  const specs: TensorSpec = {};
  for (const [tensor, [dtype, shape, text]] of Object.entries({ ...tensors, 'model.norm.weight': norm })) {
    const bytes = text === undefined ? bytesOf(dtype, shape) : new TextEncoder().encode(text);
    specs[tensor] = { dtype, shape: [...shape], bytes };
  }
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), 'config.json'), JSON.stringify(config));
  writeFileSync(join(at(name), 'model.safetensors'), safetensors(specs));
}

const norm: Headers[string] = ['F32', [4]];
