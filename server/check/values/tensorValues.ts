import type { Finding } from '#protocol/check.ts';
import { placeOf } from '../../models/placeOf.ts';
import { counted, percent } from '../../numbers.ts';
import { finding } from '../finding.ts';
import { isAdapter, type Survey } from '../survey.ts';
import type { ValueFacts } from './readValues.ts';

/** What the values of one tensor say by themselves. */
export function checkTensorValues(survey: Survey, facts: ValueFacts): readonly Finding[] {
  if (facts.nan + facts.infinite > 0) return [notFinite(facts)];
  if (facts.elements > 0 && facts.zeros === facts.elements) return allZero(survey, facts);
  return [...subnormal(facts), ...(isAdapter(survey) ? [] : dead(survey, facts))];
}

function notFinite({ tensor, nan, infinite, elements }: ValueFacts): Finding {
  const parts = [nan > 0 ? `${nan} NaN` : '', infinite > 0 ? `${infinite} infinite` : ''].filter(
    (part) => part !== '',
  );
  const message = `${JSON.stringify(tensor.name)} has ${parts.join(' and ')} of ${counted(elements, 'value')}.`;
  return finding('not-finite', tensor.file, message, { tensor: tensor.name });
}

/** Biases and norms of zeros are as training began, and so is every B of an adapter: that is another check's. */
function allZero(survey: Survey, { tensor, rows }: ValueFacts): readonly Finding[] {
  if (rows < 2 || isAdapter(survey)) return [];
  const message = `${JSON.stringify(tensor.name)} is zero throughout.`;
  return [finding('all-zero', tensor.file, message, { tensor: tensor.name })];
}

/** In float16 weights of some models a percent is subnormal, in those of 8 bits many are; in the others next to nothing should be. */
function subnormal({ tensor, subnormal: count, elements }: ValueFacts): readonly Finding[] {
  const share = count / elements;
  if (tensor.dtype.startsWith('F8') || share <= (tensor.dtype === 'F16' ? 0.05 : 0.001)) return [];
  const message =
    `${percent(share)} of ${JSON.stringify(tensor.name)} are subnormal in ${tensor.dtype}: they have lost digits, and some devices ` +
    'take them for zero.';
  return [finding('subnormal-values', tensor.file, message, { tensor: tensor.name })];
}

function dead(survey: Survey, facts: ValueFacts): readonly Finding[] {
  const { tensor, rows, columns, deadRows, deadColumns, firstDeadRow, firstDeadColumn } = facts;
  if (rows < 2 || columns < 2 || tensor.shape.length !== 2) return [];
  const name = JSON.stringify(tensor.name);
  const more = { tensor: tensor.name };
  const found: Finding[] = [];
  if (deadRows > 0 && !isPadding(survey, facts)) {
    const message = `${counted(deadRows, 'row')} of ${rows} in ${name} are zero, the first is ${firstDeadRow}.`;
    found.push(finding('dead-rows', tensor.file, message, more));
  }
  if (deadColumns > 0) {
    const message = `${counted(deadColumns, 'column')} of ${columns} in ${name} are zero, the first is ${firstDeadColumn}.`;
    found.push(finding('dead-columns', tensor.file, message, more));
  }
  return found;
}

/** Embeddings are padded with rows for tokens that there are not. */
function isPadding({ tokenizer }: Survey, { tensor, firstDeadRow }: ValueFacts): boolean {
  if (!['embeddings', 'head'].includes(placeOf(tensor.name).group)) return false;
  const last = Math.max(tokenizer?.highestId ?? -1, ...(tokenizer?.added.values() ?? []));
  return tokenizer === undefined || firstDeadRow > last;
}
