import { ServerError } from '../../errors.ts';
import { type GgufArchitecture, architectures, ggufName } from '../../models/gguf/tensorNames.ts';
import type { Checkpoint } from '../../models/model.ts';
import { nestedConfigs } from '../../models/nestedConfigs.ts';
import { quote } from '../../tensors/jsonScanner.ts';

/** What llama.cpp makes of a checkpoint. */
export interface LlamaModel {
  /** `general.architecture` */
  readonly architecture: string;
  /** The name there of a tensor of the checkpoint. `unmatched-tensor` where there is none. */
  readonly nameOf: (tensor: string) => string;
  /** Heads by which the rows of a tensor are put into another order there; undefined where they are not. */
  readonly headsOf: (tensor: string) => number | undefined;
}

/** `unsupported-format` where it is not known how llama.cpp calls the parts of such a model, or how many heads it has. */
export function llamaModel({ path, config = {} }: Checkpoint): LlamaModel {
  const type = config['model_type'];
  const found = [...architectures].find(([, { modelTypes }]) => modelTypes.some((each) => each === type));
  if (found === undefined) {
    const known = [...architectures.values()].flatMap(({ modelTypes }) => modelTypes).join(', ');
    const problem = `is of the model type ${quote(String(type))}; it is known how llama.cpp calls the tensors of: ${known}`;
    throw new ServerError('unsupported-format', path, problem);
  }
  const [architecture, names] = found;
  const nameOf = (tensor: string) => nameThere(tensor, names, path);
  return { architecture, nameOf, headsOf: (tensor) => headsOf(nameOf(tensor), { names, config, path }) };
}

/** GPT-2 on the Hub has no `transformer.` before its names. */
function nameThere(tensor: string, names: GgufArchitecture, path: string): string {
  const found = ggufName(tensor, names) ?? ggufName(`transformer.${tensor}`, names);
  if (found !== undefined) return found;
  const problem = `has the tensor ${quote(tensor)}, which has no name in llama.cpp; leave it out with \`exclude:\``;
  throw new ServerError('unmatched-tensor', path, problem, { tensor });
}

interface Named {
  readonly names: GgufArchitecture;
  readonly config: Readonly<Record<string, unknown>>;
  readonly path: string;
}

function headsOf(name: string, { names, config, path }: Named): number | undefined {
  const queries = numberIn(config, 'num_attention_heads');
  const keys = numberIn(config, 'num_key_value_heads') ?? queries;
  const part = name.replace(/^blk\.\d+\./, '');
  const layout = names.layoutOf(part, { queries: queries ?? 1, keys: keys ?? 1 });
  if (layout?.kind !== 'rope') return undefined;
  if (queries !== undefined) return layout.heads;
  const problem =
    'does not say how many attention heads it has (num_attention_heads), which llama.cpp orders rows by';
  throw new ServerError('invalid-config', path, problem);
}

function numberIn(config: Readonly<Record<string, unknown>>, key: string): number | undefined {
  return nestedConfigs(config)
    .map((part) => part[key])
    .find((value): value is number => typeof value === 'number' && Number.isInteger(value) && value > 0);
}
