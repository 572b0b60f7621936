import { join } from 'node:path';
import { indexName, weightsName } from '../../models/checkpoint.ts';
import { finding } from '../finding.ts';
import type { Check } from '../survey.ts';

/** Weights without a configuration, and an index that nobody reads. */
export const checkMissingFiles: Check = ({ names, folder, weights, documents }) => {
  const isCheckpoint = names.has(weightsName) || names.has(indexName);
  if (!isCheckpoint || weights.length === 0 || documents.has('adapter_config.json')) return [];
  const isBare = !names.has('config.json');
  const isDoubled = names.has(weightsName) && names.has(indexName);
  const bare = 'There is no config.json: nothing loads the weights by their folder.';
  const doubled = `Beside ${weightsName} nothing reads this index.`;
  return [
    ...(isBare ? [finding('no-config', folder, bare)] : []),
    ...(isDoubled ? [finding('index-ignored', join(folder, indexName), doubled)] : []),
  ];
};
