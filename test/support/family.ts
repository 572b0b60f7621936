import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safetensors } from './safetensors.ts';

export interface FamilySize {
  readonly layers: number;
  /** Each layer has four square matrices of this size, in bfloat16. */
  readonly width: number;
}

/** Three checkpoints, whose values are all zero but for one of the positive's, and `large.steer.yaml`, which writes a fourth. */
export async function writeFamily(folder: string, { layers, width }: FamilySize): Promise<void> {
  const config = { architectures: ['LlamaForCausalLM'], model_type: 'llama', num_hidden_layers: layers };
  const projections = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
  const names = Array.from({ length: layers }, (_, layer) =>
    projections.map((projection) => `model.layers.${layer}.self_attn.${projection}.weight`),
  ).flat();
  const matrix = (fill: number) => ({
    dtype: 'BF16' as const,
    shape: [width, width],
    bytes: new Uint8Array(2 * width * width).fill(fill),
  });
  for (const [role, fill] of [
    ['base', 0],
    ['positive', 0x3c],
    ['negative', 0],
  ] as const) {
    const tensors = Object.fromEntries(names.map((name) => [name, matrix(fill)]));
    await mkdir(join(folder, role), { recursive: true });
    await writeFile(join(folder, role, 'config.json'), JSON.stringify(config));
    await writeFile(join(folder, role, 'model.safetensors'), safetensors(tensors, { format: 'pt' }));
  }
  const recipe = 'base: base\npositive: positive\nnegative: negative\nstrength: 1\noutput: {path: out}\n';
  await writeFile(join(folder, 'large.steer.yaml'), recipe);
}
