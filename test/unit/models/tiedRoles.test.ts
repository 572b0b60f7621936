import { expect, test } from 'vitest';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';
import { isHead, tiedRolesOf, tiesEmbeddings } from '../../../server/models/tiedRoles.ts';
import { models, tiedByDefault } from './architectures.ts';

test.each(Object.entries(models))('ties %s as transformers does', (_, model) => {
  const { names, tied, model_type, tie_word_embeddings } = model;
  const config = { model_type, ...(tie_word_embeddings !== null && { tie_word_embeddings }) };
  expect(tiesEmbeddings(config)).toBe(tied.length > 0);
  expect(names.some(isHead)).toBe(tied.length === 0);
});

test.each(Object.entries(models))('finds the roles of %s, by the names of the file', (_, { names, tied }) => {
  const [roles] = tied.map(({ head, embedding }) =>
    // In memory `model.language_model.…` and `lm_head`; the files have kept the names of old.
    embedding.startsWith('model.language_model.')
      ? {
          head: `language_model.${head}`,
          embedding: embedding.replace(/^model\.language_model/, 'language_model.model'),
        }
      : { head, embedding },
  );
  expect(tiedRolesOf({ tensors: tensorsNamed(names), tied: tied.length > 0 })).toEqual(roles);
});

test('knows which types tie by default', () => {
  const said = tiedByDefault.filter((model_type) => tiesEmbeddings({ model_type }));
  expect(said).toEqual(tiedByDefault);
  for (const model_type of [
    'llama',
    'qwen2',
    'mistral',
    'mixtral',
    'gpt_neox',
    'gptj',
    'phi3',
    'qwen3_moe',
  ]) {
    expect(tiesEmbeddings({ model_type }), model_type).toBe(false);
  }
});

test.each<[what: string, config: Record<string, unknown> | undefined, ties: boolean]>([
  ['no configuration', undefined, false],
  ['an empty one', {}, false],
  ['one that says so', { model_type: 'llama', tie_word_embeddings: true }, true],
  ['one that says not', { model_type: 'gpt2', tie_word_embeddings: false }, false],
  ['one inside', { model_type: 'llava', text_config: { tie_word_embeddings: true } }, true],
  [
    'one inside against the default',
    { model_type: 'gemma3', text_config: { tie_word_embeddings: false } },
    false,
  ],
  [
    'one inside that the outer one overrules',
    { tie_word_embeddings: false, text_config: { tie_word_embeddings: true } },
    false,
  ],
  [
    'InternVL, which calls it otherwise',
    { model_type: 'x', llm_config: { tie_word_embeddings: true } },
    true,
  ],
  ['a word for a flag', { tie_word_embeddings: 'true' }, false],
  ['a number for a flag', { tie_word_embeddings: 1 }, false],
  ['a type that is no text', { model_type: { toString: 1 } }, false],
  ['a type that every object has', { model_type: 'constructor' }, false],
  ['a list inside', { model_type: 'gpt2', text_config: [1] }, true],
  ['null inside', { text_config: null }, false],
])('reads %s', (_, config, ties) => {
  expect(tiesEmbeddings(config)).toBe(ties);
});

test('has no roles where nothing is tied, or nothing known is stored', () => {
  const tensors = tensorsNamed(['model.embed_tokens.weight']);
  expect(tiedRolesOf({ tensors, tied: false })).toBeUndefined();
  expect(tiedRolesOf({ tensors: tensorsNamed(['shared.weight']), tied: true })).toBeUndefined();
  expect(tiedRolesOf({ tensors: tensorsNamed([]), tied: true })).toBeUndefined();
});

test('takes neither positions nor what sees for the embeddings', () => {
  const names = ['wpe.weight', 'vision_tower.embeddings.weight', 'visual.embed_tokens.weight', 'wte.weight'];
  expect(tiedRolesOf({ tensors: tensorsNamed(names), tied: true })?.embedding).toBe('wte.weight');
});

test('names the head of GPT-NeoX as it does', () => {
  const tensors = tensorsNamed(['gpt_neox.embed_in.weight']);
  expect(tiedRolesOf({ tensors, tied: true })).toEqual({
    embedding: 'gpt_neox.embed_in.weight',
    head: 'embed_out.weight',
  });
});

function tensorsNamed(names: readonly string[]): ReadonlyMap<string, StoredTensor> {
  return new Map(
    names.map((name) => [name, { name, dtype: 'F32', shape: [1], file: '/x', offset: 0, bytes: 4 }]),
  );
}
