import type { Finding } from '#protocol/check.ts';
import { isHead, tiedRolesOf, tiesEmbeddings } from '../../models/tiedRoles.ts';
import { architectureOf } from '../architectures.ts';
import { finding } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { type Check, configOf, type Survey } from '../survey.ts';

/** The output head against what the configuration says of tying. Whether a tied head that is stored is a copy, values tell. */
export const checkHead: Check = (survey) => {
  const config = configOf(survey);
  if (config === undefined || survey.tensors.size === 0) return [];
  const head = [...survey.tensors.keys()].find(isHead);
  if (head !== undefined) return tiedHead(survey).map(({ head: name }) => stored(config, survey, name));
  const isKnown = architectureOf(config.json) !== undefined && generatesText(config);
  if (!isKnown || tiesEmbeddings(config.json) || isIncomplete(survey)) return [];
  const range = placeOfTying(config);
  const message =
    'The embeddings are not tied, and no output head (lm_head.weight) is stored: it would be made up at random.';
  return [finding('missing-head', config.path, message, range === undefined ? {} : { range })];
};

/** The roles of a head that is stored although it is tied; one, or none. */
export function tiedHead(survey: Survey): readonly { readonly embedding: string; readonly head: string }[] {
  const config = configOf(survey);
  if (config === undefined || !tiesEmbeddings(config.json)) return [];
  const head = [...survey.tensors.keys()].find(isHead);
  const embedding = tiedRolesOf({ tensors: survey.tensors, tied: true })?.embedding;
  return head === undefined || embedding === undefined ? [] : [{ embedding, head }];
}

function stored(config: JsonDocument, { tensors }: Survey, head: string): Finding {
  const range = placeOfTying(config);
  const message =
    `The configuration ties the embeddings, and ${JSON.stringify(head)} is stored all the same. If it is a copy, nothing is lost ` +
    'but space; if it is not, what counts depends on the version of transformers. Reading the values tells.';
  const file = tensors.get(head)?.file;
  return finding('head-stored-although-tied', config.path, message, {
    tensor: head,
    ...(range !== undefined && { range }),
    ...(file !== undefined && { related: [{ file, message: 'The head is here.' }] }),
  });
}

function placeOfTying(config: JsonDocument) {
  const node = nodeAt(config.root, 'tie_word_embeddings');
  return node === undefined ? undefined : rangeOf(config, node);
}

/** Classifiers have no such head. */
function generatesText({ json }: JsonDocument): boolean {
  const named = json['architectures'];
  return Array.isArray(named) && named.some((name) => /(?:ForCausalLM|LMHeadModel)$/.test(String(name)));
}

function isIncomplete({ weights, index, names }: Survey): boolean {
  return (
    weights.some(({ file }) => file === undefined) ||
    (index?.entries.some(({ file }) => !names.has(file)) ?? false)
  );
}
