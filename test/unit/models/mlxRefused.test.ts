import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAdapter } from '../../../server/models/adapter.ts';
import { bytesOf } from '../../../server/tensors/dtype.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const q = 'model.layers.0.self_attn.q_proj';
const fitting = { [`${q}.lora_a`]: [6, 2], [`${q}.lora_b`]: [2, 4] };
const plain = { fine_tune_type: 'lora', lora_parameters: { rank: 2, scale: 20, dropout: 0 }, num_layers: 1 };

type Shapes = Readonly<Record<string, readonly number[]>>;

describe('an MLX adapter', () => {
  test.each<[what: string, config: object, tensors: Shapes | undefined, code: string, message: RegExp]>([
    ['without parameters', { lora_parameters: null }, fitting, 'invalid-config', /no lora_parameters/],
    ['without a scale', { lora_parameters: { rank: 2 } }, fitting, 'invalid-config', /scale is NaN/],
    [
      'with a rank of text',
      { lora_parameters: { rank: '2', scale: 1 } },
      fitting,
      'invalid-config',
      /rank is a string/,
    ],
    [
      'of an unknown type',
      { fine_tune_type: 'loha' },
      fitting,
      'unsupported-adapter',
      /"loha".*mlx_lm\.fuse/,
    ],
    [
      'with an alpha that old versions heed',
      { lora_parameters: { rank: 2, scale: 10, alpha: 16 } },
      fitting,
      'unsupported-adapter',
      /the alpha 16 beside a scale/,
    ],
    ['without weights', {}, undefined, 'file-not-found', /adapters\.safetensors/],
    ['without tensors', {}, {}, 'invalid-adapter', /no factors/],
    ['with one factor', {}, { [`${q}.lora_a`]: [6, 2] }, 'invalid-adapter', /lora_a" has no lora_b/],
    [
      'with another rank',
      {},
      { ...fitting, [`${q}.lora_b`]: [3, 4] },
      'invalid-adapter',
      /\[6, 2\].*\[3, 4\].*rank is 2/,
    ],
    ['with an empty factor', {}, { ...fitting, [`${q}.lora_a`]: [0, 2] }, 'invalid-adapter', /\[0, 2\]/],
    [
      'with experts',
      {},
      { ...fitting, [`${q}.lora_b`]: [3, 4, 2] },
      'unsupported-adapter',
      /experts.*mlx_lm\.fuse/,
    ],
    ['of DoRA without lengths', { fine_tune_type: 'dora' }, fitting, 'invalid-adapter', /has no m beside it/],
    [
      'with lengths but no DoRA',
      {},
      { ...fitting, [`${q}.m`]: [4] },
      'invalid-adapter',
      /\.m" belongs to DoRA/,
    ],
    [
      'with too many lengths',
      { fine_tune_type: 'dora' },
      { ...fitting, [`${q}.m`]: [6] },
      'invalid-adapter',
      /\[6\] where \[4\] is due/,
    ],
  ])('%s is refused', async (_, config, tensors, code, message) => {
    await using folder = await temporaryFolder();
    await write(folder.path, config, tensors);
    await expect(readAdapter(folder.path, { reference: 'mlx' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      subject: expect.stringContaining(folder.path),
    });
  });

  test('with an alpha that makes no difference is read', async () => {
    await using folder = await temporaryFolder();
    await write(
      folder.path,
      { lora_parameters: { rank: 2, scale: 10, alpha: 2 }, model: 'org/name' },
      fitting,
    );
    const { factors, config } = await readAdapter(folder.path, { reference: 'mlx' });
    expect(factors).toMatchObject([{ module: q, rank: 2, scale: 10 }]);
    expect(config.base).toBe('org/name');
  });
});

async function write(folder: string, config: object, tensors: Shapes | undefined): Promise<void> {
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify({ ...plain, ...config }));
  if (tensors === undefined) return;
  const spec: TensorSpec = {};
  for (const [name, shape] of Object.entries(tensors))
    spec[name] = { dtype: 'F32', shape: [...shape], bytes: bytesOf('F32', shape) };
  await writeFile(join(folder, 'adapters.safetensors'), safetensors(spec));
}
