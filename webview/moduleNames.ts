import type { ModuleGroup } from '#protocol/tensors.ts';
import { t } from './strings.ts';

/** What the parts of a model are called. */
export function groupName(group: ModuleGroup): string {
  switch (group) {
    case 'attention':
      return t('attention');
    case 'mlp':
      return t('MLP');
    case 'embeddings':
      return t('embeddings');
    case 'head':
      return t('head');
    case 'norms':
      return t('norms');
    case 'other':
      return t('other');
  }
}
