import type { Finding } from '#protocol/check.ts';
import { isFloat } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { architectureOf, type Axis, dimensionOf } from '../architectures.ts';
import { finding } from '../finding.ts';
import { type JsonDocument, rangeOf, textFix } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { replaced } from '../json/textEdits.ts';
import { type Check, configOf } from '../survey.ts';

/** The shapes of known architectures against `config.json`: one finding for each field that is wrong. */
export const checkShapes: Check = (survey) => {
  const config = configOf(survey);
  const architecture = config === undefined ? undefined : architectureOf(config.json);
  if (config === undefined || architecture === undefined) return [];
  const wrong = new Map<string, Misfit[]>();
  for (const tensor of survey.tensors.values()) {
    const axes = [...architecture.shapes].find(([end]) => isNamed(tensor.name, end))?.[1];
    if (axes === undefined || axes.length !== tensor.shape.length || !isFloat(tensor.dtype)) continue;
    for (const [at, axis] of axes.entries()) {
      const due = dimensionOf(axis, config.json, architecture);
      const size = tensor.shape[at] ?? 0;
      if (due === undefined || due.size === size) continue;
      wrong.set(due.field, [...(wrong.get(due.field) ?? []), { tensor, axis, size, due: due.size }]);
    }
  }
  const isHeadSizeGuessed = wrong.has('hidden_size') && config.json['head_dim'] === undefined;
  if (isHeadSizeGuessed)
    for (const field of ['num_attention_heads', 'num_key_value_heads']) wrong.delete(field);
  return [...wrong].map(([field, misfits]) => toFinding(config, field, misfits));
};

interface Misfit {
  readonly tensor: StoredTensor;
  readonly axis: Axis;
  readonly size: number;
  readonly due: number;
}

function isNamed(name: string, end: string): boolean {
  return name === end || name.endsWith(`.${end}`);
}

/** What a person would correct without a second thought, where all tensors agree. */
const correctable = new Set(['vocab_size', 'intermediate_size']);

function toFinding(config: JsonDocument, field: string, misfits: readonly Misfit[]): Finding {
  const [{ tensor, size, due } = { tensor: undefined, size: 0, due: 0 }] = misfits;
  const node = nodeAt(config.root, field);
  const said = node?.kind === 'scalar' ? String(node.value) : 'not said';
  const means = said === String(due) ? '' : `, which makes ${due}`;
  const others = misfits.length > 1 ? `, and ${misfits.length - 1} more do not fit` : '';
  const shape = `[${tensor?.shape.join(', ') ?? ''}]`;
  const message = `${field} is ${said}${means}, but ${JSON.stringify(tensor?.name)} is ${shape}${others}.`;
  const agrees = new Set(misfits.map((misfit) => misfit.size)).size === 1;
  const isSafe = agrees && correctable.has(field) && node !== undefined;
  return finding('shape-mismatch', config.path, message, {
    ...(tensor !== undefined && {
      tensor: tensor.name,
      related: [{ file: tensor.file, message: `${tensor.name} is ${shape}.` }],
    }),
    ...(node !== undefined && { range: rangeOf(config, node) }),
    ...(isSafe && { fix: textFix(config, `Correct ${field} to ${size}`, [replaced(node, size)]) }),
  });
}
