import { checkDtype } from './structure/dtype.ts';
import { checkDuplicateKeys } from './structure/duplicateKeys.ts';
import { checkFormat } from './structure/format.ts';
import { checkGeneration } from './structure/generation.ts';
import { checkHead } from './structure/head.ts';
import { checkIndex } from './structure/index.ts';
import { checkLayers } from './structure/layers.ts';
import { checkMissingFiles } from './structure/missingFiles.ts';
import { checkModelWarnings } from './structure/modelWarnings.ts';
import { checkRanks } from './structure/ranks.ts';
import { checkServers } from './structure/servers.ts';
import { checkShapes } from './structure/shapes.ts';
import { checkShards } from './structure/shards.ts';
import { checkTargets } from './structure/targets.ts';
import { checkTokenizer } from './structure/tokenizer.ts';
import type { Check } from './survey.ts';

/** Every look at headers and configurations. */
export const structureChecks: readonly Check[] = [
  checkMissingFiles,
  checkShards,
  checkIndex,
  checkFormat,
  checkDuplicateKeys,
  checkShapes,
  checkLayers,
  checkHead,
  checkDtype,
  checkTokenizer,
  checkGeneration,
  checkRanks,
  checkTargets,
  checkServers,
  checkModelWarnings,
];
