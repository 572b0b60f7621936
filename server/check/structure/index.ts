import { basename } from 'node:path';
import type { Finding } from '#protocol/check.ts';
import { finding, listed, mostListed } from '../finding.ts';
import type { IndexDocument, IndexEntry } from '../indexDocument.ts';
import { rangeOf, textFix } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { replaced, withEntries, withoutEntry } from '../json/textEdits.ts';
import type { Check, Survey } from '../survey.ts';

/** Entries against headers: stale ones, wrong ones, tensors without one, tensors in two shards, the sum of the bytes. */
export const checkIndex: Check = (survey) => {
  const { index } = survey;
  if (index === undefined) return [];
  const holders = holdersOf(survey);
  const isThere = index.entries.every(({ file }) => survey.names.has(file));
  const isWhole = isThere && survey.weights.every(({ file }) => file !== undefined);
  return [
    ...capped(index.entries.flatMap((entry) => entryProblem(index, entry, { holders, survey, isWhole }))),
    ...unindexed(index, holders, survey),
    ...twice(holders, survey),
    ...(isWhole ? totalSize(index, survey) : []),
  ];
};

/** By tensor, the names of the shards that hold it. */
function holdersOf({ weights }: Survey): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const { path, file } of weights) {
    for (const { name } of file?.tensors ?? [])
      holders.set(name, [...(holders.get(name) ?? []), basename(path)]);
  }
  return holders;
}

interface Known {
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly survey: Survey;
  /** Every shard could be read. */
  readonly isWhole: boolean;
}

function entryProblem(
  index: IndexDocument,
  entry: IndexEntry,
  { holders, survey, isWhole }: Known,
): Finding[] {
  const { tensor, file, node, at } = entry;
  const { document, map } = index;
  const there = holders.get(tensor) ?? [];
  if (there.includes(file) || !survey.names.has(file)) return [];
  const [actual] = there;
  if (actual !== undefined) {
    const message = `The index puts ${JSON.stringify(tensor)} into ${JSON.stringify(file)}, but it is in ${JSON.stringify(actual)}.`;
    const fix = textFix(document, `Put it into ${actual}`, [replaced(node.value, actual)]);
    return [
      finding('wrong-shard', document.path, message, { tensor, range: rangeOf(document, node.value), fix }),
    ];
  }
  if (!isWhole) return [];
  const message = `No shard has ${JSON.stringify(tensor)}, which the index puts into ${JSON.stringify(file)}.`;
  const fix = textFix(document, 'Drop the entry', [withoutEntry(map, at)]);
  return [
    finding('stale-entry', document.path, message, { tensor, range: rangeOf(document, node.place), fix }),
  ];
}

/** Thousands of entries of one kind are one mistake. */
function capped(findings: readonly Finding[]): readonly Finding[] {
  return findings.slice(0, 1000);
}

function unindexed(
  { document, entries, map }: IndexDocument,
  holders: Known['holders'],
  { weights }: Survey,
): readonly Finding[] {
  const known = new Set(entries.map(({ tensor }) => tensor));
  const named = new Set(entries.map(({ file }) => file));
  const missing = [...holders].filter(
    ([tensor, files]) => !known.has(tensor) && files.some((file) => named.has(file)),
  );
  const [first] = missing;
  if (first === undefined) return [];
  const [tensor, [file = '']] = first;
  const names = listed(missing.map(([name]) => name));
  const message = `The index does not name ${missing.length} tensors that the shards have: ${names}.`;
  const range = rangeOf(document, { start: map.start, end: map.start + 1 });
  const path = weights.find((read) => basename(read.path) === file)?.path ?? document.path;
  const related = [{ file: path, message: `${JSON.stringify(tensor)} is here.` }];
  const added = missing.map(([name, [holder = '']]) => [name, holder] as const);
  const fix = textFix(document, 'Add them', [withEntries(document.text, map, added)]);
  return [finding('unindexed-tensor', document.path, message, { tensor, range, related, fix })];
}

function twice(holders: Known['holders'], { weights }: Survey): readonly Finding[] {
  const paths = new Map(weights.map(({ path }) => [basename(path), path]));
  const doubled = [...holders].filter(([, files]) => files.length > 1);
  return doubled.slice(0, mostListed).map(([tensor, [first = '', ...others]]) => {
    const message = `${JSON.stringify(tensor)} is in ${listed([first, ...others])}: which of them counts depends on the reader.`;
    const related = others.map((name) => ({ file: paths.get(name) ?? name, message: 'And here.' }));
    return finding('duplicate-tensor', paths.get(first) ?? first, message, { tensor, related });
  });
}

/** Of the shards that the index names. */
function totalSize({ document, entries }: IndexDocument, { weights }: Survey): readonly Finding[] {
  const node = nodeAt(document.root, 'metadata', 'total_size');
  const said = node?.kind === 'scalar' ? node.value : undefined;
  const named = new Set(entries.map(({ file }) => file));
  const shards = weights.filter(({ path }) => named.has(basename(path)));
  const sizes = new Map(
    shards.flatMap(({ file }) => (file?.tensors ?? []).map(({ name, bytes }) => [name, bytes])),
  );
  const actual = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (node === undefined || said === actual) return [];
  const message = `total_size is ${String(said)}, but the tensors have ${actual} bytes.`;
  const fix = textFix(document, `Correct it to ${actual}`, [replaced(node, actual)]);
  return [finding('wrong-total-size', document.path, message, { range: rangeOf(document, node), fix })];
}
