import type { Finding } from '#protocol/check.ts';
import { ServerError } from '../../errors.ts';
import { claimOf } from '../../models/baseClaim.ts';
import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { isHubId } from '../../models/hubCache.ts';
import { isMlxConfig } from '../../models/mlxConfig.ts';
import { finding, findingOf } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import type { Check, Survey } from '../survey.ts';

/** What an adapter says that it changes, against its own tensors and against its base. */
export const checkTargets: Check = (survey) => {
  const document = survey.documents.get('adapter_config.json');
  if (document === undefined || survey.tensors.size === 0) return [];
  return [...unusedTargets(document, survey), ...base(document, survey)];
};

function unusedTargets(document: JsonDocument, { tensors }: Survey): readonly Finding[] {
  const node = nodeAt(document.root, 'target_modules');
  const isExcluding = (document.json['exclude_modules'] ?? null) !== null;
  if (node?.kind !== 'array' || isExcluding) return [];
  const modules = [...tensors.keys()].flatMap((name) => moduleOf(name));
  if (modules.length === 0) return [];
  return node.items.flatMap((item) => {
    const target = item.kind === 'scalar' ? item.value : undefined;
    if (typeof target !== 'string' || modules.some((name) => name === target || name.endsWith(`.${target}`)))
      return [];
    const message = `target_modules names ${JSON.stringify(target)}, and the file has no factors for a module of that name.`;
    return [finding('unused-target', document.path, message, { range: rangeOf(document, item) })];
  });
}

function moduleOf(name: string): readonly string[] {
  const key = parseAdapterKey(name);
  return 'module' in key ? [key.module] : [];
}

function base(document: JsonDocument, survey: Survey): readonly Finding[] {
  const { model } = survey;
  const field = isMlxConfig(document.json) ? 'model' : 'base_model_name_or_path';
  const node = nodeAt(document.root, field);
  const named = document.json[field];
  if (model?.kind !== 'adapter' || survey.base !== undefined) return [];
  const range = node === undefined ? {} : { range: rangeOf(document, node) };
  const misfit = survey.misfit;
  if (misfit !== undefined) return [unfit(document, misfit, range)];
  const where = typeof named === 'string' && named !== '' ? JSON.stringify(named) : undefined;
  const message =
    where === undefined
      ? `No base is named (${field}), so that what it fits cannot be told.`
      : `The base ${where} is not here${typeof named === 'string' && isHubId(named) ? ` (hf download ${named})` : ''}: whether the adapter fits it was not looked at.`;
  return [finding('base-not-found', document.path, message, range)];
}

function unfit(
  document: JsonDocument,
  { error, path }: NonNullable<Survey['misfit']>,
  range: object,
): Finding {
  const said = findingOf(error).message;
  const code = error.code === 'unmatched-tensor' ? 'missing-target' : 'wrong-base';
  return finding(code, document.path, said, {
    ...range,
    ...(error.tensor !== undefined && { tensor: error.tensor }),
    related: [{ file: path, message: 'The base that it names.' }],
  });
}

/** Why an adapter does not fit a base; undefined where it does. */
export function misfitOf(
  model: NonNullable<Survey['model']>,
  checkpoint: NonNullable<Survey['base']>,
): ServerError | undefined {
  if (model.kind !== 'adapter') return undefined;
  try {
    claimOf(model).check(checkpoint);
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}
