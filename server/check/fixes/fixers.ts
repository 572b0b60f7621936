import { basename, dirname, join } from 'node:path';
import type { Finding, FindingCode } from '#protocol/check.ts';
import { indexName } from '../../models/checkpoint.ts';
import { indexText } from '../../tensors/sharding.ts';
import { entryOf, nodeAt } from '../json/plain.ts';
import { applied, replaced, type TextEdit, withoutEntry } from '../json/textEdits.ts';
import type { Survey } from '../survey.ts';
import { rewriteWeights } from './rewriteWeights.ts';

/** What a fix does to one file: its new text, or how its new bytes are written to another path. */
export type FileChange =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly write: (temporary: string, signal: AbortSignal) => Promise<void> };

/** All changes of one fix, the one that matters most last. */
type Fixer = (survey: Survey, finding: Finding) => readonly FileChange[];

/** Fixes that are more than edits of the finding's own text. */
export const fixers: ReadonlyMap<FindingCode, Fixer> = new Map<FindingCode, Fixer>([
  ['missing-index', makeIndex],
  ['missing-format', addFormat],
  ['duplicate-head', dropHead],
]);

function makeIndex({ folder, weights }: Survey): readonly FileChange[] {
  const shards = weights.map(({ path, file }) => ({ file: basename(path), tensors: file?.tensors ?? [] }));
  return [{ path: join(folder, indexName), text: indexText(shards) }];
}

function addFormat(_: Survey, { file }: Finding): readonly FileChange[] {
  const metadata = new Map([['format', 'pt']]);
  return [
    { path: file, write: (temporary, signal) => rewriteWeights(file, temporary, { metadata, signal }) },
  ];
}

/** The index goes first: a shard with a tensor that no index names is still whole. */
function dropHead(survey: Survey, { file, tensor = '' }: Finding): readonly FileChange[] {
  const without = new Set([tensor]);
  const weights: FileChange = {
    path: file,
    write: (temporary, signal) => rewriteWeights(file, temporary, { without, signal }),
  };
  return [...withoutInIndex(survey, file, tensor), weights];
}

function withoutInIndex({ index, tensors }: Survey, file: string, tensor: string): readonly FileChange[] {
  if (index === undefined || dirname(index.document.path) !== dirname(file)) return [];
  const { document, map } = index;
  const edits: TextEdit[] = [];
  const entry = entryOf(map, tensor);
  if (entry !== undefined) edits.push(withoutEntry(map, map.entries.indexOf(entry)));
  const total = nodeAt(document.root, 'metadata', 'total_size');
  const said = total?.kind === 'scalar' ? total.value : undefined;
  if (total !== undefined && typeof said === 'number')
    edits.push(replaced(total, said - (tensors.get(tensor)?.bytes ?? 0)));
  return [{ path: document.path, text: applied(document.text, edits) }];
}
