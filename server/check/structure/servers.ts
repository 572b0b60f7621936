import { placeOf } from '../../models/placeOf.ts';
import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { isMlxConfig } from '../../models/mlxConfig.ts';
import { finding, listed } from '../finding.ts';
import type { Check } from '../survey.ts';

/** What PEFT loads and vLLM and llama.cpp refuse: tensors held whole, and factors of embeddings and heads. */
export const checkServers: Check = ({ documents, tensors }) => {
  const document = documents.get('adapter_config.json');
  if (document === undefined || isMlxConfig(document.json)) return []; // Of MLX adapters neither reads any.
  const found = [...tensors.values()].filter(({ name }) => isRefused(name));
  const [first] = found;
  if (first === undefined) return [];
  const names = listed(found.map(({ name }) => name));
  const message = `vLLM and llama.cpp refuse an adapter with ${names}; PEFT loads it. For them, write a checkpoint.`;
  return [finding('refused-by-servers', first.file, message, { tensor: first.name })];
};

/** Tensors held whole, embeddings, DoRA, trained rows. */
const refused: ReadonlySet<string> = new Set(['whole', 'embedding_A', 'embedding_B', 'magnitude', 'rows']);

function isRefused(name: string): boolean {
  const key = parseAdapterKey(name);
  if (refused.has(key.part)) return true;
  return 'module' in key && ['embeddings', 'head'].includes(placeOf(`${key.module}.weight`).group);
}
