import type { Finding } from '#protocol/check.ts';
import { placeOf } from '../../models/placeOf.ts';
import { tiedRolesOf } from '../../models/tiedRoles.ts';
import { finding, listed } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import type { Check, Survey } from '../survey.ts';

/** Tokens against the rows of the embedding, special tokens against the vocabulary, the chat template. */
export const checkTokenizer: Check = (survey) => [
  ...againstEmbedding(survey),
  ...specialTokens(survey),
  ...chatTemplate(survey),
];

/** Rows of the input embedding; undefined where none is found. */
export function embeddingRows({
  tensors,
}: Survey): { readonly name: string; readonly file: string; readonly rows: number } | undefined {
  const name = tiedRolesOf({ tensors, tied: true })?.embedding;
  const tensor = name === undefined ? undefined : tensors.get(name);
  if (tensor === undefined || tensor.shape.length !== 2 || placeOf(tensor.name).group !== 'embeddings')
    return undefined;
  return { name: tensor.name, file: tensor.file, rows: tensor.shape[0] ?? 0 };
}

function againstEmbedding(survey: Survey): readonly Finding[] {
  const { tokenizer } = survey;
  const embedding = embeddingRows(survey);
  if (tokenizer === undefined || embedding === undefined) return [];
  const { path, highestId, added } = tokenizer;
  const related = [{ file: embedding.file, message: `${embedding.name} has ${embedding.rows} rows.` }];
  if (highestId >= embedding.rows) {
    const message = `The vocabulary goes up to token ${highestId}, but ${JSON.stringify(embedding.name)} has ${embedding.rows} rows: texts with later tokens fail.`;
    return [finding('tokenizer-too-large', path, message, { tensor: embedding.name, related })];
  }
  const beyond = [...added].filter(([, id]) => id >= embedding.rows).map(([token]) => token);
  if (beyond.length === 0) return [];
  const message = `${listed(beyond)} of the added tokens lie beyond the ${embedding.rows} rows of ${JSON.stringify(embedding.name)}: texts with them fail.`;
  return [finding('token-beyond-embedding', path, message, { tensor: embedding.name, related })];
}

/** The special tokens that a tokenizer's configuration names. */
export function namedTokens(document: JsonDocument | undefined): readonly string[] {
  return special.flatMap((field) => textOf(document?.json[field]) ?? []);
}

const special = ['bos_token', 'eos_token', 'pad_token', 'unk_token'];

function specialTokens({ documents, tokenizer }: Survey): readonly Finding[] {
  const document = documents.get('tokenizer_config.json');
  if (document === undefined || tokenizer === undefined) return [];
  return special.flatMap((field) => {
    const token = textOf(document.json[field]);
    const node = nodeAt(document.root, field);
    if (token === undefined || node === undefined || tokenizer.known.has(token)) return [];
    const message = `${field} is ${JSON.stringify(token)}, which tokenizer.json does not have.`;
    return [finding('unknown-token', document.path, message, { range: rangeOf(document, node) })];
  });
}

/** A token as text, or as an object that describes it. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('content' in value)) return undefined;
  return typeof value.content === 'string' ? value.content : undefined;
}

const templates = ['chat_template.jinja', 'chat_template.json', 'additional_chat_templates'];

function chatTemplate({ documents, names, tensors }: Survey): readonly Finding[] {
  const document = documents.get('tokenizer_config.json');
  if (document === undefined || tensors.size === 0 || documents.has('adapter_config.json')) return [];
  if (document.json['chat_template'] !== undefined || templates.some((name) => names.has(name))) return [];
  const message =
    'There is no chat template: a conversation cannot be made into a text. Models that were not trained to chat have none.';
  return [finding('missing-chat-template', document.path, message, { range: topOf(document) })];
}

function topOf(document: JsonDocument) {
  return rangeOf(document, { start: document.root.start, end: document.root.start + 1 });
}
