import { groupName } from '../moduleNames.ts';
import { t } from '../strings.ts';
import type { Cell } from './grid.ts';
import type { Metric } from './metrics.ts';

/** Over a column: `q`, `down`. */
export function shortModule(module: string): string {
  return module.replace(/_proj$/, '');
}

/** For the ear: `down projection`. */
export function spokenModule(module: string): string {
  return module.replace(/_proj$/, ` ${t('projection')}`).replaceAll('_', ' ');
}

/** `Layer 7, down_proj`, `embeddings`. */
export function cellName({ layer, group, module }: Cell): string {
  return layer === null ? groupName(group) : t('Layer {0}, {1}', layer, module ?? groupName(group));
}

/** `layer 7, down projection`. */
export function spokenCell({ layer, group, module }: Cell): string {
  const part = module === null ? groupName(group) : spokenModule(module);
  return layer === null ? part : t('layer {0}, {1}', layer, part);
}

export function metricName(metric: Metric): string {
  switch (metric) {
    case 'relative':
      return t('relative norm');
    case 'norm':
      return t('norm');
    case 'share':
      return t('share of ‖w‖²');
  }
}
