import { describe, expect, test } from 'vitest';
import type { DType } from '../../../server/protocol/tensors.ts';
import { matchAdapter } from '../../../server/models/matchAdapter.ts';
import type { Adapter, AdapterFactors, AdapterTensor, Checkpoint } from '../../../server/models/model.ts';
import { bytesOf } from '../../../server/tensors/dtype.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

const llama = {
  'model.embed_tokens.weight': [10, 6],
  'model.layers.0.self_attn.q_proj.weight': [4, 6],
  'model.layers.0.self_attn.q_proj.bias': [4],
  'model.layers.0.self_attn.o_proj.weight': [6, 6],
  'model.norm.weight': [6],
};
const head = { 'lm_head.weight': [10, 6] };

describe('names', () => {
  test.each<[what: string, names: string[], base: Shapes, found: string[]]>([
    ['are looked up exactly', ['model.norm'], llama, ['model.norm']],
    [
      'gain a prefix',
      ['norm', 'layers.0.self_attn.o_proj'],
      llama,
      ['model.norm', 'model.layers.0.self_attn.o_proj'],
    ],
    ['lose a prefix', ['transformer.h.0.x'], { 'h.0.x.weight': [1] }, ['h.0.x']],
    ['lose the prefix of NeoX', ['gpt_neox.x'], { 'x.weight': [1] }, ['x']],
    [
      'gain the prefix of a language model inside',
      ['model.x'],
      { 'language_model.model.x.weight': [1] },
      ['language_model.model.x'],
    ],
    ['stay when another way would fit too', ['x'], { 'x.weight': [1], 'model.x.weight': [1] }, ['x']],
    ['may be those of objects', ['model.__proto__'], { '__proto__.weight': [1] }, ['__proto__']],
    ['may be any text', ['model.a b"é\n'], { 'a b"é\n.weight': [1] }, ['a b"é\n']],
  ])('%s', (_, names, base, found) => {
    const shapes = new Map(Object.entries(base));
    const whole = names.map((name, at) =>
      replaced(`${name}.weight`, shapes.get(`${found[at]}.weight`) ?? []),
    );
    const matched = matchAdapter(adapter({ whole }), checkpoint(base));
    expect(matched.whole.map(({ tensor }) => tensor)).toEqual(found.map((name) => `${name}.weight`));
  });

  test.each<[what: string, names: string[], base: Shapes, message: RegExp]>([
    [
      'that are nowhere name three of them and what is nearest',
      ['model.layers.1.a', 'model.layers.2.a', 'model.layers.3.a', 'model.layers.4.a'],
      { 'model.layers.0.a.weight': [1], 'model.b.weight': [1] },
      /has no "model\.layers\.1\.a\.weight", "model\.layers\.2\.a\.weight", "model\.layers\.3\.a\.weight" … \(4 in all\), taken as they are; the nearest there: "model\.layers\.0\.a\.weight"/,
    ],
    [
      'of which one is missing name that one',
      ['layers.0.a', 'layers.1.a'],
      { 'model.layers.0.a.weight': [1] },
      /has no "layers\.1\.a\.weight", taken with "model\." added; the nearest there: "model\.layers\.0\.a\.weight"/,
    ],
    [
      'that need different prefixes are not taken apart',
      ['a', 'b'],
      { 'model.a.weight': [1], 'transformer.b.weight': [1] },
      /has no "b\.weight", taken with "model\." added/,
    ],
    [
      'that fit in two ways are not guessed',
      ['a'],
      { 'model.a.weight': [1], 'language_model.a.weight': [1] },
      /"a\.weight".* with "model\." added or with "language_model\." added: all of them fit/,
    ],
    [
      'that have nothing in common have nothing near',
      ['a'],
      { 'x.y': [1] },
      /has no "a\.weight", taken as they are$/,
    ],
  ])('%s', (_, names, base, message) => {
    const whole = names.map((name) => replaced(`${name}.weight`, [1]));
    expect(() => matchAdapter(adapter({ whole }), checkpoint(base))).toThrow(
      expect.objectContaining({
        code: 'unmatched-tensor',
        message: expect.stringMatching(message),
        subject: '/adapter',
      }),
    );
  });
});

describe('a head', () => {
  const trained = [replaced('lm_head.weight', [10, 6])];
  const saving = { modulesToSave: ['lm_head'] };

  test('is that of a tied base, which does not store it', () => {
    const matched = matchAdapter(adapter({ whole: trained }, saving), checkpoint(llama, { tied: true }));
    expect(matched.whole[0]?.tensor).toBe('lm_head.weight');
  });

  test('keeps its name where all others lose a prefix', () => {
    const base = { 'wte.weight': [10, 6], 'h.0.mlp.c_fc.weight': [6, 8] };
    const factors = [pair('transformer.h.0.mlp.c_fc', { A: [2, 6], B: [8, 2] })];
    const config = { model_type: 'gpt2' };
    const matched = matchAdapter(
      adapter({ factors, whole: trained }, saving),
      checkpoint(base, { tied: true, config }),
    );
    expect(matched.factors[0]).toMatchObject({
      module: 'h.0.mlp.c_fc',
      tensor: 'h.0.mlp.c_fc.weight',
      transposed: true,
    });
    expect(matched.whole[0]?.tensor).toBe('lm_head.weight');
  });

  test('that is stored keeps its name too', () => {
    const base = { 'layers.0.w.weight': [4, 6], 'embed_out.weight': [10, 6] };
    const factors = [pair('gpt_neox.layers.0.w'), pair('embed_out', { A: [2, 6], B: [10, 2] })];
    const matched = matchAdapter(adapter({ factors }), checkpoint(base));
    expect(matched.factors.map(({ module }) => module)).toEqual(['layers.0.w', 'embed_out']);
  });

  test('is missing in an untied base without one', () => {
    expect(() => matchAdapter(adapter({ whole: trained }), checkpoint(llama))).toThrow(
      /has no "lm_head\.weight"/,
    );
  });

  test('of a tied base has the shape of its embeddings', () => {
    const whole = [replaced('lm_head.weight', [11, 6])];
    expect(() => matchAdapter(adapter({ whole }), checkpoint(llama, { tied: true }))).toThrow(
      /\[11, 6\].*\[10, 6\]/,
    );
  });
});

describe('a change of both roles of a tied embedding', () => {
  const tokens = pair('model.embed_tokens', { A: [2, 10], B: [6, 2], embedding: true });
  const twin = pair('lm_head', { A: [2, 6], B: [10, 2] });
  const tied = checkpoint(llama, { tied: true });
  const modulesToSave = ['embed_tokens', 'lm_head'];
  const saved = [replaced('model.embed_tokens.weight', [10, 6]), replaced('lm_head.weight', [10, 6])];

  test('is one, where PEFT ensures that they are trained alike', () => {
    const both = adapter(
      { factors: [tokens, twin], whole: saved },
      { ensureWeightTying: true, modulesToSave },
    );
    const { factors, whole } = matchAdapter(both, tied);
    expect(factors).toEqual([tokens]);
    expect(whole.map(({ tensor }) => tensor)).toEqual(['model.embed_tokens.weight']);
  });

  test.each<[what: string, parts: Partial<Adapter>, ensureWeightTying: boolean]>([
    ['nothing says so', { factors: [tokens, twin], whole: saved }, false],
    ['the scales differ', { factors: [tokens, { ...twin, scale: 3 }] }, true],
    ['the ranks differ', { factors: [tokens, pair('lm_head', { A: [3, 6], B: [10, 3] })] }, true],
    ['the embedding has no factors', { factors: [twin], whole: saved }, true],
    ['the embedding is not held whole', { factors: [tokens, twin], whole: saved.slice(1) }, true],
  ])('is two, where %s', (_, parts, ensureWeightTying) => {
    const { factors, whole } = matchAdapter(adapter(parts, { ensureWeightTying, modulesToSave }), tied);
    expect(factors).toEqual(parts.factors);
    expect(whole).toEqual(parts.whole ?? []);
  });

  test('is two, where the base does not tie them', () => {
    const both = adapter({ factors: [tokens, twin] }, { ensureWeightTying: true });
    expect(matchAdapter(both, checkpoint({ ...llama, ...head })).factors).toEqual([tokens, twin]);
  });
});

describe('a stored copy of tied embeddings that were not trained', () => {
  const tied = checkpoint(llama, { tied: true });
  const [embedding, copy] = ['model.embed_tokens', 'lm_head'].map((name) =>
    replaced(`${name}.weight`, [10, 6]),
  );
  const names = ['model.embed_tokens.weight', 'lm_head.weight'];

  test.each<[what: string, whole: AdapterTensor[], modulesToSave: string[], from: string[]]>([
    ['is that of both roles', [embedding!], [], [names[0]!, names[0]!]],
    ['is that of both roles under the name of the head too', [copy!], [], [names[1]!, names[1]!]],
    ['is one where there are two', [copy!, embedding!], [], [names[0]!, names[0]!]],
    ['leaves a trained embedding alone', [copy!, embedding!], ['model.embed_tokens'], [names[0]!, names[1]!]],
    ['leaves a trained head alone', [copy!, embedding!], ['lm_head'], [names[0]!, names[1]!]],
  ])('%s', (_, whole, modulesToSave, from) => {
    const matched = matchAdapter(adapter({ whole }, { modulesToSave }), tied);
    const found = new Map(matched.whole.map(({ tensor, stored }) => [tensor, stored.name]));
    expect(names.map((name) => found.get(name))).toEqual(from);
    expect(matched.whole).toHaveLength(2);
  });

  test('is that of its own name where the base does not tie them', () => {
    const matched = matchAdapter(adapter({ whole: [copy!] }), checkpoint({ ...llama, ...head }));
    expect(matched.whole).toEqual([copy]);
  });
});

describe('shapes and dtypes', () => {
  const query = 'model.layers.0.self_attn.q_proj';

  test.each<[what: string, broken: Partial<Adapter>, code: string, message: RegExp]>([
    [
      'factors of another width',
      { factors: [pair(query, { A: [2, 7], B: [4, 2] })] },
      'shape-mismatch',
      /lora_B" is made for "model\.layers\.0\.self_attn\.q_proj\.weight" of the shape \[4, 7\], but it is \[4, 6\] in \/base/,
    ],
    [
      'factors the wrong way round',
      { factors: [pair(query, { A: [2, 4], B: [6, 2] })] },
      'shape-mismatch',
      /\[6, 4\].*\[4, 6\]/,
    ],
    [
      'a vocabulary that has grown',
      { whole: [replaced('lm_head.weight', [12, 6])] },
      'shape-mismatch',
      /\[12, 6\].*\[10, 6\]/,
    ],
    [
      'embedding factors the wrong way round',
      { factors: [pair('model.embed_tokens', { A: [2, 6], B: [10, 2], embedding: true })] },
      'shape-mismatch',
      /"model\.embed_tokens\.weight" of the shape \[6, 10\]/,
    ],
    [
      'another dimension',
      { whole: [replaced('model.norm.weight', [6, 1])] },
      'shape-mismatch',
      /\[6, 1\].*\[6\]/,
    ],
    ['a bias of another length', { whole: [added(`${query}.bias`, [5])] }, 'shape-mismatch', /\[5\].*\[4\]/],
    [
      'a bias for a layer without one',
      { factors: [pair(query)], whole: [added('model.layers.0.self_attn.o_proj.bias', [6])] },
      'unmatched-tensor',
      /the layer has no bias in \/base/,
    ],
    [
      'eight-bit factors',
      { factors: [pair(query, { dtype: 'I8' })] },
      'unsupported-dtype',
      /lora_A" is I8; only F64/,
    ],
    ['float8 factors', { factors: [pair(query, { dtype: 'F8_E4M3' })] }, 'unsupported-dtype', /is F8_E4M3/],
    [
      'whole integers',
      { whole: [replaced('model.norm.weight', [6], 'I64')] },
      'unsupported-dtype',
      /model\.norm.* is I64/,
    ],
  ])('%s do not fit', (_, broken, code, message) => {
    expect(() => matchAdapter(adapter(broken), checkpoint({ ...llama, ...head }))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message), tensor: expect.any(String) }),
    );
  });

  test.each<DType>(['F64', 'F32', 'F16', 'BF16'])('%s fits', (dtype) => {
    const factors = [pair(query, { dtype })];
    expect(matchAdapter(adapter({ factors }), checkpoint(llama)).factors).toEqual(factors);
  });
});

describe('the orientation of a change', () => {
  test.each<
    [
      what: string,
      module: string,
      shape: number[],
      config: object | undefined,
      flag: boolean,
      transposed: boolean,
    ]
  >([
    ['of a square Conv1D', 'h.0.attn.c_proj', [6, 6], { model_type: 'gpt2' }, true, true],
    [
      'of a square Conv1D whose adapter does not say so',
      'h.0.attn.c_proj',
      [6, 6],
      { model_type: 'gpt2' },
      false,
      true,
    ],
    ['of a Conv1D', 'h.0.attn.c_attn', [6, 8], { model_type: 'gpt2' }, false, true],
    ['of a Conv1D in a part', 'decoder.c_fc', [6, 6], { decoder: { model_type: 'gpt2' } }, false, true],
    ['of a linear layer beside Conv1D', 'lm_head', [6, 6], { model_type: 'gpt2' }, true, false],
    ['of a square linear layer', 'layers.0.q_proj', [6, 6], { model_type: 'llama' }, true, false],
    [
      'of a linear layer with the name of a Conv1D',
      'h.0.c_proj',
      [6, 6],
      { model_type: 'qwen' },
      false,
      false,
    ],
    ['of a square weight without a configuration', 'h.0.x', [6, 6], undefined, true, true],
    ['of an oblong weight without a configuration', 'h.0.c_fc', [6, 8], undefined, false, true],
    ['of an oblong weight that stands the other way', 'h.0.c_fc', [8, 6], undefined, true, false],
    ['of a layer of a model that is not known', 'h.0.w', [6, 8], { model_type: 'own' }, true, true],
  ])('%s', (_, module, shape, config, fanInFanOut, transposed) => {
    const [rows = 0, columns = 0] = transposed ? shape.toReversed() : shape;
    const factors = [pair(module, { A: [2, columns], B: [rows, 2], transposed: fanInFanOut })];
    const base = checkpoint(
      { [`${module}.weight`]: shape },
      config === undefined ? {} : { config: { ...config } },
    );
    const matched = matchAdapter(adapter({ factors }, { fanInFanOut }), base);
    expect(matched.factors[0]?.transposed).toBe(transposed);
  });
});

function adapter(parts: Partial<Adapter>, config: Partial<Adapter['config']> = {}): Adapter {
  return {
    kind: 'adapter',
    reference: 'adapter',
    path: '/adapter',
    files: [],
    factors: [],
    whole: [],
    warnings: [],
    ...parts,
    config: {
      raw: {},
      rank: 2,
      alpha: 4,
      rsLora: false,
      fanInFanOut: false,
      targetModules: undefined,
      modulesToSave: [],
      ensureWeightTying: false,
      base: undefined,
      revision: undefined,
      ...config,
    },
  };
}

function checkpoint(shapes: Shapes, parts: Partial<Checkpoint> = {}): Checkpoint {
  const tensors = new Map(Object.entries(shapes).map(([name, shape]) => [name, stored(name, shape)]));
  return {
    kind: 'checkpoint',
    reference: 'base',
    path: '/base',
    files: [],
    tensors,
    tied: false,
    warnings: [],
    ...parts,
  };
}

interface Pair {
  readonly A?: number[];
  readonly B?: number[];
  readonly dtype?: DType;
  readonly embedding?: boolean;
  readonly transposed?: boolean;
}

function pair(
  module: string,
  { A = [2, 6], B = [4, 2], dtype = 'F32', embedding = false, ...rest }: Pair = {},
): AdapterFactors {
  return {
    module,
    tensor: `${module}.weight`,
    A: stored(`${module}.lora_A`, A, dtype),
    B: stored(`${module}.lora_B`, B, dtype),
    rank: 2,
    alpha: 4,
    scale: 2,
    transposed: embedding,
    embedding,
    ...rest,
  };
}

function replaced(tensor: string, shape: readonly number[], dtype: DType = 'F32'): AdapterTensor {
  return { tensor, stored: stored(tensor, shape, dtype), role: 'replace', scale: 1 };
}

function added(tensor: string, shape: readonly number[]): AdapterTensor {
  return { tensor, stored: stored(`${tensor}.lora_B.bias`, shape), role: 'add', scale: 2 };
}

function stored(name: string, shape: readonly number[], dtype: DType = 'F32'): StoredTensor {
  return {
    name,
    dtype,
    shape,
    file: '/adapter/adapter_model.safetensors',
    offset: 8,
    bytes: bytesOf(dtype, shape),
  };
}
