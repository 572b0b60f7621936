import { join } from 'node:path';
import type { Finding } from '#protocol/check.ts';
import { indexName } from '../../models/checkpoint.ts';
import { finding, listed, mostListed } from '../finding.ts';
import { rangeOf } from '../jsonDocument.ts';
import type { Check } from '../survey.ts';
import { shardPattern } from '../takeSurvey.ts';

/** Shards that the index names and that are not there, shards that it does not name, shards without an index. */
export const checkShards: Check = (survey) => {
  const { names, index, folder } = survey;
  const shards = [...names].filter((name) => shardPattern.test(name)).toSorted();
  if (index === undefined) {
    const isAlone = shards.length > 0 && !names.has(indexName) && !names.has('model.safetensors');
    return isAlone ? [withoutIndex(folder, shards)] : [];
  }
  return [...missing(survey, shards), ...extra(survey, shards)];
};

function withoutIndex(folder: string, shards: readonly string[]): Finding {
  const message = `There are ${shards.length} shards (${listed(shards)}) and no ${indexName}, which says where each tensor is.`;
  const isWhole = numbersOf(shards).missing.length === 0;
  const fix = { title: `Make ${indexName} from the headers of the shards` };
  return finding('missing-index', folder, message, isWhole ? { fix } : {});
}

function missing(
  { names, index, folder }: Parameters<Check>[0],
  shards: readonly string[],
): readonly Finding[] {
  if (index === undefined) return [];
  const byFile = new Map<string, (typeof index.entries)[number][]>();
  for (const entry of index.entries) {
    if (names.has(entry.file)) continue;
    const entries = byFile.get(entry.file) ?? [];
    entries.push(entry);
    byFile.set(entry.file, entries);
  }
  const there = shards.length === 0 ? 'No shard is there.' : `There are ${listed(shards)}.`;
  const more =
    byFile.size > mostListed ? ` ${byFile.size - mostListed} more are missing that are not listed.` : '';
  return [...byFile].slice(0, mostListed).map(([file, entries]) => {
    const [first] = entries;
    const message = `${JSON.stringify(file)}, where the index puts ${entries.length} tensors, is not there. ${there}${more}`;
    return finding('missing-shard', index.document.path, message, {
      ...(first !== undefined && { tensor: first.tensor, range: rangeOf(index.document, first.node.value) }),
      related: [{ file: folder, message: 'The folder where it is missing.' }],
    });
  });
}

/** Findings of one kind; what is more is counted. */
const mostExtra = 1000;

function extra({ index, folder }: Parameters<Check>[0], shards: readonly string[]): readonly Finding[] {
  const named = new Set(index?.entries.map(({ file }) => file));
  const unnamed = shards.filter((name) => !named.has(name));
  const left = unnamed.length - mostExtra;
  const more = left > 0 ? ` The same holds for ${left} more that are not listed.` : '';
  const message = `The index does not name this shard, so nothing reads it.${more}`;
  return unnamed.slice(0, mostExtra).map((name) => finding('extra-shard', join(folder, name), message));
}

/** Of `model-00002-of-00003`: which of the three are not among them. */
function numbersOf(shards: readonly string[]): { readonly missing: readonly number[] } {
  const numbers = shards.map((name) => /-(\d{5})-of-(\d{5})\./.exec(name));
  const total = Math.max(0, ...numbers.map((found) => Number(found?.[2] ?? 0)));
  const there = new Set(numbers.map((found) => Number(found?.[1] ?? 0)));
  const all = Array.from({ length: Math.min(total, 10_000) }, (_, at) => at + 1);
  return { missing: all.filter((number) => !there.has(number)) };
}
