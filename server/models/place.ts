import type { ModuleGroup } from '#protocol/tensors.ts';

/** Where in the model a tensor sits. */
export interface Place {
  /** From 0; undefined for tensors outside layers. */
  readonly layer: number | undefined;
  /** Short module name: `q_proj`, `down_proj`, `embed_tokens`, `input_layernorm`, `c_attn` … */
  readonly module: string;
  readonly group: ModuleGroup;
}
