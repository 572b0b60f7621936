import type { Finding } from '#protocol/check.ts';
import { placeOf } from '../../models/placeOf.ts';
import { sameValues } from '../../tensors/sameValues.ts';
import { finding, mostListed } from '../finding.ts';
import { tiedHead } from '../structure/head.ts';
import type { Survey } from '../survey.ts';
import type { ValueFacts } from './readValues.ts';
import type { ValueCheck } from './valueCheck.ts';

/** Matrices with the same bytes: candidates by their hash, which says little, then byte by byte. */
export const checkDuplicates: ValueCheck = async (survey, facts, { signal }) => {
  const tied = new Set(tiedHead(survey).flatMap(({ embedding, head }) => [embedding, head]));
  const candidates = facts.filter((each) => isMatrix(each) && !tied.has(each.tensor.name));
  const groups = Map.groupBy(candidates, keyOf);
  const found: Finding[] = [];
  for (const [first, ...others] of groups.values()) {
    for (const other of others) {
      if (found.length === mostListed || first === undefined) return found;
      if (await sameValues(first.tensor, other.tensor, signal)) found.push(duplicate(first, other));
    }
  }
  return found;
};

/** Zeros have been told of; in masks and norms equal values mean nothing. */
function isMatrix({ tensor, rows, columns, zeros, elements }: ValueFacts): boolean {
  const isWeight = placeOf(tensor.name).group !== 'norms' && tensor.shape.length === 2;
  return isWeight && !isDoubledByPeft(tensor.name) && rows > 1 && columns > 1 && zeros < elements;
}

/** With `modules_to_save` PEFT writes some tensors twice, and others that only training needs. */
function isDoubledByPeft(name: string): boolean {
  return name.startsWith('base_model.') && !/\.lora_(?:A|B)\./.test(name);
}

function keyOf({ tensor, hash, zeros, subnormal }: ValueFacts): string {
  return [tensor.dtype, tensor.shape.join(), hash, zeros, subnormal].join(' ');
}

function duplicate({ tensor: first }: ValueFacts, { tensor: other }: ValueFacts): Finding {
  const message = `${JSON.stringify(other.name)} has the same values as ${JSON.stringify(first.name)}.`;
  const related = [{ file: first.file, message: `${first.name} is here.` }];
  return finding('duplicate-values', other.file, message, { tensor: other.name, related });
}

/** A tied head that is stored: a copy, which can go, or another one. */
export const checkTiedCopies: ValueCheck = async (survey, _, { signal }) => {
  const found: Finding[] = [];
  for (const { embedding, head } of tiedHead(survey)) {
    const [input, output] = [survey.tensors.get(embedding), survey.tensors.get(head)];
    if (input === undefined || output === undefined) continue;
    found.push(copyOrNot(survey, { embedding, head }, await sameValues(input, output, signal)));
  }
  return found;
};

interface Roles {
  readonly embedding: string;
  readonly head: string;
}

function copyOrNot({ tensors, folder }: Survey, { embedding, head }: Roles, isCopy: boolean): Finding {
  const file = tensors.get(head)?.file ?? folder;
  const related = [{ file: tensors.get(embedding)?.file ?? folder, message: `${embedding} is here.` }];
  const names = `${JSON.stringify(head)} and ${JSON.stringify(embedding)}`;
  if (isCopy) {
    const message = `${names} are the same values, stored twice, and config.json ties them.`;
    const fix = { title: `Take ${head} out of the file` };
    return finding('duplicate-head', file, message, { tensor: head, related, fix });
  }
  const message =
    `config.json ties ${names}, but their values differ: older versions of transformers leave the head out, ` +
    'newer ones keep it.';
  return finding('tied-copies-differ', file, message, { tensor: head, related });
}
