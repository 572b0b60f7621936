import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cardFacts } from '../../../server/models/cardFacts.ts';
import { cachePerToken, longestContext } from '../../../server/models/keyValueCache.ts';
import { openModel } from '../../../server/models/openModel.ts';
import { provenanceOf } from '../../../server/models/provenance.ts';
import { tokenizerFacts } from '../../../server/models/tokenizerFacts.ts';
import { vocabularySize } from '../../../server/models/tokenizerVocabulary.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
let folders = 0;

/** A folder of text files. */
function holding(files: Readonly<Record<string, unknown>>): string {
  const path = join(folder.path, String(folders++));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the size of a vocabulary', () => {
  const added = [
    { id: 2, content: '<a>' },
    { id: 3, content: '<"]b' },
  ];

  test.each([
    ['pieces by id', { model: { vocab: { a: 0, b: 1, c: 2 } } }, 3],
    [
      'a list of pieces with scores',
      {
        model: {
          type: 'Unigram',
          vocab: [
            ['a', -1],
            ['b', -2],
          ],
        },
      },
      2,
    ],
    ['those added beyond it', { added_tokens: added, model: { vocab: { a: 0, b: 1, c: 2 } } }, 4],
    [
      'what is named like it elsewhere',
      { normalizer: { model: { vocab: { x: 1 } } }, model: { vocab: { a: 0 } } },
      1,
    ],
    [
      'pieces that look like JSON',
      { model: { vocab: { '"': 0, '{': 1, '\\': 2, ',': 3, '],"vocab":[': 4 } } },
      5,
    ],
    ['nothing in it', { model: { vocab: {} } }, 0],
    ['values named like keys', { version: 'model', model: { type: 'vocab', vocab: { a: 0 } } }, 1],
  ])('counts %s', (_, json, size) => {
    expect(vocabularySize(Buffer.from(JSON.stringify(json)))).toBe(size);
    expect(vocabularySize(Buffer.from(JSON.stringify(json, undefined, 2)))).toBe(size);
  });

  test.each(['', '{}', '[]', '{"model":3}', '{"model":{"vocab', '"', '{"added_tokens":[}', '\u0000'])(
    'is not known of %j',
    (json) => {
      expect(vocabularySize(Buffer.from(json))).toBeUndefined();
    },
  );
});

describe('the facts of a tokenizer', () => {
  test('are its class, its special tokens, and where its template is', async () => {
    const path = holding({
      'tokenizer_config.json': {
        tokenizer_class: 'Qwen2Tokenizer',
        eos_token: '</s>',
        pad_token: { content: '<pad>', lstrip: false },
        unk_token: null,
        add_bos_token: true,
      },
      'tokenizer.json': { model: { vocab: { a: 0, b: 1 } } },
      'chat_template.jinja': '{{ messages }}',
    });
    expect(await tokenizerFacts(path, { vocab_size: 64 })).toEqual({
      vocabulary: 2,
      rows: 64,
      class: 'Qwen2Tokenizer',
      special: [
        ['eos_token', '</s>'],
        ['pad_token', '<pad>'],
      ],
      template: 'chat_template.jinja',
    });
  });

  test('are none without its files, and as many as can be read', async () => {
    expect(await tokenizerFacts(holding({}), undefined)).toBeNull();
    const broken = holding({
      'tokenizer_config.json': '{',
      'tokenizer.json': { model: { vocab: { a: 0 } } },
    });
    expect(await tokenizerFacts(broken, undefined)).toMatchObject({
      vocabulary: 1,
      class: null,
      template: null,
    });
  });
});

test.each([
  [
    'grouped heads',
    { num_hidden_layers: 32, num_key_value_heads: 8, num_attention_heads: 32, hidden_size: 4096 },
    131_072,
  ],
  [
    'heads of a size of their own',
    { num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 100, head_dim: 64 },
    2048,
  ],
  ['GPT-2', { n_layer: 12, n_head: 12, n_embd: 768 }, 36_864],
  ['latent attention', { num_hidden_layers: 61, kv_lora_rank: 512, qk_rope_head_dim: 64 }, 70_272],
  [
    'a language model inside',
    { text_config: { num_hidden_layers: 1, num_attention_heads: 1, head_dim: 8 } },
    32,
  ],
  ['too little said', { num_hidden_layers: 12 }, null],
  ['nonsense', { num_hidden_layers: 'many', num_attention_heads: -1, hidden_size: 1e300 }, null],
])('keys and values of a token: %s', (_, config, bytes) => {
  expect(cachePerToken(config)).toBe(bytes);
});

test('the longest context is what the configuration says', () => {
  expect(longestContext({ max_position_embeddings: 2048 })).toBe(2048);
  expect(longestContext({})).toBeUndefined();
});

/** The path of a card with this front matter. */
function card(yaml: string): string {
  return join(holding({ 'README.md': `---\n${yaml}\n---\n# A model\n` }), 'README.md');
}

describe('a card', () => {
  test('says what a model was made from', async () => {
    const yaml = 'base_model: org/base\nlicense: mit\nlibrary_name: peft\ntags:\n- merge\n- 3';
    expect(await cardFacts(card(yaml))).toEqual({
      baseModels: ['org/base'],
      license: 'mit',
      library: 'peft',
      tags: ['merge'],
    });
  });

  test.each([
    ['not YAML', 'a: [1'],
    ['a list', '- a'],
    ['aliases that multiply', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]'],
    ['nested without end', '['.repeat(50_000)],
  ])('with %s says nothing', async (_, yaml) => {
    expect(await cardFacts(card(yaml))).toBeNull();
  });

  test('that is not there, or has no front matter, says nothing', async () => {
    expect(await cardFacts(join(folder.path, 'none.md'))).toBeNull();
    expect(await cardFacts(join(holding({ 'README.md': '# A model\n' }), 'README.md'))).toBeNull();
  });
});

test('what was steered says how', async () => {
  const path = holding({
    'steering.json': {
      format: 'weight-steering',
      tool: 'Weight Steering 0.1.0',
      recipe: { name: 'honest' },
      inputs: [{ role: 'base', model: 'org/base' }, 3],
      output: { strength: 1.5 },
    },
  });
  const model = await openModel(join(root, 'media/demo/base'), { reference: 'base' });
  expect(await provenanceOf(model, path)).toEqual({
    steering: { tool: 'Weight Steering 0.1.0', recipe: 'honest', strength: 1.5, inputs: ['base: org/base'] },
    direction: null,
    card: null,
  });
  const other = holding({ 'steering.json': { format: 'something else' } });
  expect(await provenanceOf(model, other)).toMatchObject({ steering: null });
});
