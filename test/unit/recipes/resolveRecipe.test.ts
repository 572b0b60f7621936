import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import {
  baseTensors,
  lowRank,
  norm,
  positiveMoves,
  q0,
  q1,
  resolved,
  up1,
  valuesOf,
  writeFamily,
} from './family.ts';

let scene: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: readonly string[]) => join(scene.path, ...parts);

beforeAll(async () => {
  scene = await temporaryFolder();
  writeFamily(scene.path);
});

afterAll(() => scene[Symbol.asyncDispose]());

describe('w is what the positive side has and the negative has not', () => {
  const tuned = { [q0]: [1, 0, 0, 0], [norm]: [0, 2] };
  test.each<[positive: string, negative: string, moves: Record<string, number[]>]>([
    ['positive', 'negative', { [q0]: [2, -1, 4, -1], [up1]: positiveMoves[up1] }],
    ['positive', 'base', positiveMoves],
    ['base+positive', 'base', positiveMoves],
    ['base', 'negative', { [q0]: [0, -1, 0, -1] }],
    ['tune', 'other', { ...tuned, [q1]: [0, 0, 0, -1] }],
    ['tune', 'base', tuned],
    ['base', 'tune', { [q0]: [-1, 0, 0, 0], [norm]: [0, -2] }],
    ['./base', 'tune', { [q0]: [-1, 0, 0, 0], [norm]: [0, -2] }],
    ['positive', 'tune', { [q0]: [1, 0, 4, 0], [up1]: positiveMoves[up1], [norm]: [0, -2] }],
    ['tune', 'negative', { [q0]: [1, -1, 0, -1], [norm]: [0, 2] }],
    ['tune+positive', 'base', { [q0]: [3, 0, 4, 0], [up1]: positiveMoves[up1], [norm]: [0, 2] }],
    ['tune+positive', 'tune', positiveMoves],
    ['tune+positive', 'other+positive', { ...tuned, [q1]: [0, 0, 0, -1] }],
    ['tune+positive', 'negative', { [q0]: [3, -1, 4, -1], [up1]: positiveMoves[up1], [norm]: [0, 2] }],
  ])('%s − %s', async (positive, negative, moves) => {
    const result = await resolved(scene.path, { base: 'base', positive, negative });
    expect(valuesOf(result)).toEqual(moves);
    expect(result.codes).toEqual([]);
    const inOrder = Object.keys(baseTensors).filter((name) => result.direction.tensors.has(name));
    expect([...result.direction.tensors.keys()]).toEqual(inOrder);
  });
});

test('two sides that are the same give nothing, which a warning says', async () => {
  const result = await resolved(scene.path, { base: 'base', positive: 'tune', negative: './tune' });
  expect(result.direction.tensors.size).toBe(0);
  expect(result.codes).toEqual(['zero-direction']);
});

describe('a stored direction', () => {
  const kept = { [q0]: [1, 1, 0, 1], [norm]: [1, 2] };

  test('is the sum of its parts', async () => {
    const result = await resolved(scene.path, { base: 'base', directions: [{ name: 'd', path: 'stored' }] });
    expect(valuesOf(result)).toEqual(kept);
    expect(result.operands.map(({ role }) => role)).toEqual(['base', 'direction']);
  });

  test('stands on the base that it names, if that has room for it', async () => {
    const recipe = { directions: [{ name: 'd', path: 'stored' }] };
    cpSync(at('stored'), at('kept/here'), { recursive: true });
    const manifest = readJson<object>(at('stored/direction.json'));
    const named = (reference: string) => {
      const base = { reference, tensors: 6, headerSha256: '0'.repeat(64) };
      writeFileSync(at('kept/here/direction.json'), JSON.stringify({ ...manifest, base }));
      return resolved(scene.path, { directions: [{ name: 'd', path: 'kept/here' }] });
    };
    expect((await named('../../base')).base?.path).toBe(at('base'));
    checkpointFolder(at('narrow-norm'), { ...baseTensors, [norm]: vector(1) });
    const refused = await named('../../narrow-norm');
    expect([refused.base, refused.codes]).toEqual([undefined, ['base-not-found']]);
    expect(refused.messages[0]).toContain(`"${norm}" of the shape [2], and ${at('narrow-norm')} has [1]`);
    expect((await resolved(scene.path, recipe)).messages[0]).toContain('names no base (base.reference)');
  });

  test('needs no base', async () => {
    const result = await resolved(scene.path, { directions: [{ name: 'd', path: 'stored' }] });
    expect(valuesOf(result)).toEqual(kept);
    expect(result.base).toBeUndefined();
    expect(result.target).toBeUndefined();
    expect(result.codes).toEqual(['base-not-found']);
  });
});

describe('several directions', () => {
  const contrast = { name: 'c', positive: 'positive', negative: 'base' };
  const kept = { name: 'k', path: 'stored' };

  test('add up, each times its strength', async () => {
    const directions = [
      { ...contrast, strength: 2 },
      { ...kept, strength: -1 },
    ];
    const result = await resolved(scene.path, { base: 'base', directions });
    expect(valuesOf(result)).toEqual({ [q0]: [3, -1, 8, -1], [up1]: [0, 6, 0, 10], [norm]: [-1, -2] });
    expect(result.operands.map(({ role }) => role)).toEqual([
      'base',
      'c.positive',
      'c.negative',
      'k.direction',
    ]);
  });

  test('have selections of their own, within that of all', async () => {
    const directions = [
      { ...contrast, modules: ['mlp'] },
      { ...kept, include: ['*q_proj*'] },
    ];
    expect(valuesOf(await resolved(scene.path, { base: 'base', directions }))).toEqual({
      [q0]: [1, 1, 0, 1],
      [up1]: positiveMoves[up1],
    });
    expect(valuesOf(await resolved(scene.path, { base: 'base', directions, layers: '1-' }))).toEqual({
      [up1]: positiveMoves[up1],
    });
  });

  test('have schedules of their own, which multiply with that of all', async () => {
    const directions = [
      { ...contrast, schedule: [1, 3] },
      { ...kept, schedule: { layers: [0], others: 2 } },
    ];
    const data = { base: 'base', directions, schedule: { layers: [10, 100], others: 0.5 } };
    expect(valuesOf(await resolved(scene.path, data))).toEqual({
      [q0]: [20, 0, 40, 0],
      [up1]: [0, 900, 0, 1500],
      [norm]: [1, 2],
    });
  });

  test('that cancel leave nothing', async () => {
    const directions = [contrast, { ...contrast, name: 'again', strength: -1 }];
    const result = await resolved(scene.path, { base: 'base', directions });
    expect(result.direction.tensors.size).toBe(0);
  });
});

describe('a selection', () => {
  const recipe = {
    base: 'base',
    directions: [
      { name: 'c', positive: 'positive', negative: 'base' },
      { name: 'k', path: 'stored' },
    ],
  };
  test.each<[what: string, selection: object, names: readonly string[]]>([
    ['modules by group', { modules: ['attention', 'norms'] }, [q0, norm]],
    ['modules by short name', { modules: ['up_proj'] }, [up1]],
    ['tensors by glob', { include: ['*.layers.?.*'] }, [q0, up1]],
    ['all but some', { exclude: ['*norm*'] }, [q0, up1]],
    ['layers, with what is in none', { layers: 0 }, [q0, norm]],
    ['layers and modules', { layers: '1-', modules: ['attention', 'mlp'] }, [up1]],
  ])('takes %s', async (_, selection, names) => {
    const { direction } = await resolved(scene.path, { ...recipe, ...selection });
    expect([...direction.tensors.keys()]).toEqual(names);
  });

  test.each<[selection: object, named: RegExp]>([
    [
      { modules: ['embeddings'] },
      /^\S+: modules selects nothing of .*, which moves 3 tensors \(q_proj, up_proj, norm\) in a model of 2 layers$/,
    ],
    [{ include: ['nothing.*'] }, /: include selects nothing/],
    [{ exclude: ['*'] }, /: exclude selects nothing/],
    [{ layers: '5-', modules: ['attention'] }, /: modules, layers together select nothing/],
  ])('that leaves nothing is refused: %j', async (selection, message) => {
    await expect(resolved(scene.path, { ...recipe, ...selection })).rejects.toMatchObject({
      code: 'nothing-selected',
      subject: scene.path,
      message: expect.stringMatching(message),
    });
  });

  test('of one direction that leaves nothing is refused too', async () => {
    const directions = [
      { name: 'a', positive: 'positive', negative: 'base', modules: ['head'] },
      { name: 'b', path: 'stored' },
    ];
    await expect(resolved(scene.path, { base: 'base', directions })).rejects.toMatchObject({
      code: 'nothing-selected',
      message: expect.stringContaining('of a, which'),
    });
  });

  test('warns of each part that meets nothing', async () => {
    const selection = {
      modules: ['attention', 'mlp', 'head'],
      include: ['*', 'x*'],
      exclude: ['y*'],
      layers: ['0-1', 7],
    };
    const { codes, messages } = await resolved(scene.path, { ...recipe, ...selection });
    expect(new Set(codes)).toEqual(new Set(['selects-nothing']));
    expect(messages.map((message) => /^"(.*)" meets/.exec(message)?.[1])).toEqual([
      'modules: head',
      'include: x*',
      'exclude: y*',
      'layers: 7',
    ]);
  });

  test('of layers is idle too where w is outside layers only', async () => {
    const directions = [{ name: 'k', path: 'stored', modules: ['norms'] }];
    const result = await resolved(scene.path, { base: 'base', directions, layers: '1-' });
    expect(valuesOf(result)).toEqual({ [norm]: [1, 2] });
    expect(result.messages).toEqual([expect.stringContaining('"layers: 1-"')]);
  });
});

describe('what is steered', () => {
  const recipe = { base: 'base', positive: 'positive', negative: 'negative' };
  test.each<[target: string | undefined, at: string, adapter: string | undefined, onBase: boolean]>([
    [undefined, 'base', undefined, true],
    ['base', 'base', undefined, true],
    ['./base', 'base', undefined, true],
    ['base+negative', 'base', 'negative', true],
    ['negative', 'base', 'negative', true],
    ['tune', 'tune', undefined, false],
    ['tune+negative', 'tune', 'negative', false],
  ])('%s', async (target, checkpoint, adapter, onBase) => {
    const result = await resolved(scene.path, { ...recipe, ...(target !== undefined && { target }) });
    expect(result.target?.checkpoint?.path).toBe(at(checkpoint));
    expect(result.target?.adapter?.path).toBe(adapter === undefined ? undefined : at(adapter));
    expect(result.targetOnBase).toBe(onBase);
    expect(result.operands.map(({ role }) => role)).toEqual([
      'base',
      ...(target === undefined ? [] : ['target']),
      'positive',
      'negative',
    ]);
  });
});

describe('without a base', () => {
  test('two adapters still have a difference, and a warning says what was tried', async () => {
    const result = await resolved(scene.path, { positive: 'positive', negative: 'negative' });
    expect(valuesOf(result)).toEqual({ [q0]: [2, -1, 4, -1], [up1]: positiveMoves[up1] });
    expect(result.base).toBeUndefined();
    expect(result.target).toBeUndefined();
    expect(result.layers).toBe(2);
    expect(result.codes).toEqual(['base-not-found']);
    expect(result.messages[0]).toContain(`${at('positive')}: names no base`);
    expect(result.messages[0]).toContain(`${at('negative')}: names no base`);
  });

  test('one adapter is the difference from its base', async () => {
    const result = await resolved(scene.path, { positive: 'positive', negative: 'base' });
    expect(valuesOf(result)).toEqual(positiveMoves);
  });

  test('two checkpoints still have a difference, and nothing was looked for', async () => {
    const result = await resolved(scene.path, { positive: 'tune', negative: 'other' });
    expect(valuesOf(result)).toEqual({ [q0]: [1, 0, 0, 0], [q1]: [0, 0, 0, -1], [norm]: [0, 2] });
    expect(result.codes).toEqual([]);
  });

  test.each([
    ['an adapter and a checkpoint', 'positive', 'tune'],
    ['a checkpoint and the base', 'tune', 'base'],
    ['an adapter that holds a tensor whole', 'saved', 'positive'],
  ])('%s have none', async (_, positive, negative) => {
    adapterFolder(at('saved'), { 'model.norm.weight': vector(2, 2) }, { r: 1, modules_to_save: ['norm'] });
    await expect(resolved(scene.path, { positive, negative })).rejects.toMatchObject({
      code: 'base-not-found',
    });
  });
});

/** An adapter with this `base_model_name_or_path`; returns its name. */
function naming(name: string, base: string): string {
  adapterFolder(at(name), lowRank(q0, [2, 4], [1, 0]), { r: 1, base_model_name_or_path: base });
  return name;
}

describe('a base that an adapter names', () => {
  test('is found from the adapter', async () => {
    const positive = naming('deep/adapter', '../../base');
    const { base, target, codes } = await resolved(scene.path, { positive, negative: 'negative' });
    expect([base?.path, target?.checkpoint?.path, codes]).toEqual([at('base'), at('base'), []]);
  });

  test('is found from the workspace', async () => {
    const positive = naming('deep/other', 'base');
    const { base } = await resolved(scene.path, { positive, negative: 'negative' });
    expect(base?.path).toBe(at('base'));
  });

  test('is asked of the target too', async () => {
    const target = naming('aiming', '../base');
    const { base } = await resolved(scene.path, { positive: 'positive', negative: 'negative', target });
    expect(base?.path).toBe(at('base'));
  });

  test('that the recipe does not name is not asked of what stands on a checkpoint of its own', async () => {
    const adapter = naming('lost', 'nowhere/at-all');
    const data = { positive: { model: 'tune', adapter }, negative: 'tune' };
    const { base, codes } = await resolved(scene.path, data);
    expect([base, codes]).toEqual([undefined, []]);
  });

  test('of the wrong shape is refused aloud, and the next one taken', async () => {
    checkpointFolder(at('narrow'), { ...baseTensors, [q0]: matrix(3, 3, 1) });
    const positive = naming('wrong', '../narrow');
    const negative = naming('right', '../base');
    const { base, codes, messages } = await resolved(scene.path, { positive, negative });
    expect(base?.path).toBe(at('base'));
    expect(codes).toEqual(['base-refused']);
    expect(messages[0]).toContain(q0);
    expect(messages[0]).toContain(at('narrow'));
  });

  test('of the wrong shape alone is no base', async () => {
    const positive = naming('alone', '../narrow');
    const { base, codes, messages } = await resolved(scene.path, { positive, negative: 'negative' });
    expect(base).toBeUndefined();
    expect(codes).toEqual(['base-not-found']);
    expect(messages[0]).toContain(at('narrow'));
  });

  test('that is nowhere is named with where it was looked for', async () => {
    const positive = naming('astray', 'org/nowhere');
    const { codes, messages } = await resolved(scene.path, { positive, negative: 'negative' });
    expect(codes).toEqual(['base-not-found']);
    expect(messages[0]).toContain('"org/nowhere"');
    expect(messages[0]).toContain('Hub cache');
  });
});

test('a fine-tune whose names differ by a prefix takes those of the base', async () => {
  const bare = { 'h.0.attn.c_attn.weight': matrix(2, 2, 1), 'wte.weight': matrix(3, 2, 1) };
  const moved = {
    'transformer.h.0.attn.c_attn.weight': matrix(2, 2, 3),
    'transformer.wte.weight': matrix(3, 2, 1),
  };
  checkpointFolder(at('hub'), bare, { model_type: 'gpt2', n_layer: 1 });
  checkpointFolder(at('saved-lm'), moved, { model_type: 'gpt2', n_layer: 1 });
  const moves = { 'h.0.attn.c_attn.weight': [2, 2, 2, 2] };
  const onHub = await resolved(scene.path, {
    base: 'hub',
    positive: 'saved-lm',
    negative: 'base',
    target: 'saved-lm',
  });
  expect(valuesOf(onHub)).toEqual(moves);
  expect([...(onHub.target?.checkpoint?.tensors.keys() ?? [])]).toEqual(Object.keys(bare));
  const without = await resolved(scene.path, { positive: 'hub', negative: 'saved-lm' });
  expect(valuesOf(without)).toEqual({ 'h.0.attn.c_attn.weight': [-2, -2, -2, -2] });
});

test('a head that moves apart from tied embeddings unties, unless it is not selected', async () => {
  const tensors = { 'model.embed_tokens.weight': matrix(3, 2, 1), [q0]: matrix(2, 2, 1) };
  checkpointFolder(at('tied'), tensors, { tie_word_embeddings: true });
  const untied = { ...tensors, [q0]: matrix(2, 2, 2), 'lm_head.weight': matrix(3, 2, 4) };
  checkpointFolder(at('untied'), untied, { tie_word_embeddings: false });
  const recipe = { base: 'tied', positive: 'untied', negative: 'base' };
  const whole = await resolved(scene.path, recipe);
  expect(whole.direction.untied).toBe(true);
  expect(valuesOf(whole)).toEqual({ [q0]: [1, 1, 1, 1], 'lm_head.weight': [3, 3, 3, 3, 3, 3] });
  const part = await resolved(scene.path, { ...recipe, modules: ['attention'] });
  expect(part.direction.untied).toBe(false);
});

describe('is refused where', () => {
  test.each<[what: string, data: object, code: string, message: RegExp]>([
    [
      'the base is an adapter',
      { base: 'positive', positive: 'tune', negative: 'base' },
      'not-a-model',
      /is of the kind adapter; here a checkpoint/,
    ],
    [
      'the base has an adapter',
      { base: 'base+positive', positive: 'tune', negative: 'base' },
      'not-a-model',
      /has an adapter on it/,
    ],
    [
      'a side is a stored direction',
      { base: 'base', positive: 'stored', negative: 'base' },
      'not-a-model',
      /use it in `directions:`/,
    ],
    [
      'a side is a training run',
      { base: 'base', positive: 'run', negative: 'base' },
      'not-a-model',
      /name one of its checkpoints/,
    ],
    [
      'an adapter stands on an adapter',
      { base: 'base', positive: 'positive+negative', negative: 'base' },
      'not-a-model',
      /is of the kind adapter; here a checkpoint/,
    ],
    [
      'a checkpoint stands on the base',
      { base: 'base', positive: 'base+tune', negative: 'base' },
      'not-a-model',
      /is a checkpoint; what stands behind \+/,
    ],
    [
      '`path:` names a checkpoint',
      { base: 'base', directions: [{ name: 'd', path: 'tune' }] },
      'invalid-direction',
      /is of the kind checkpoint; `path:`/,
    ],
    [
      'an adapter fits another base',
      { base: 'base', positive: 'stranger', negative: 'base' },
      'unmatched-tensor',
      /does not fit/,
    ],
    [
      'an adapter is too wide',
      { base: 'base', positive: 'wide', negative: 'base' },
      'shape-mismatch',
      /q_proj/,
    ],
    [
      'a checkpoint has other shapes',
      { base: 'base', positive: 'short', negative: 'base' },
      'shape-mismatch',
      /norm/,
    ],
    [
      'a checkpoint lacks a tensor',
      { base: 'base', positive: 'headless', negative: 'base' },
      'missing-tensor',
      /lm_head/,
    ],
    [
      'nothing is there',
      { base: 'base', positive: 'org/nowhere', negative: 'base' },
      'model-not-found',
      /hf download org\/nowhere/,
    ],
    [
      'the folder is empty',
      { base: 'base', positive: 'run/checkpoint-1', negative: 'base' },
      'not-a-model',
      /is not a model folder/,
    ],
    [
      'the folder is of the recipe',
      { base: 'base', positive: '.', negative: 'base' },
      'not-a-model',
      /is not a model folder|adapters/,
    ],
    [
      'the target is a direction',
      { base: 'base', positive: 'tune', negative: 'base', target: 'stored' },
      'not-a-model',
      /stored direction/,
    ],
  ])('%s', async (_, data, code, message) => {
    checkpointFolder(at('run/checkpoint-1/empty'), baseTensors);
    adapterFolder(at('stranger'), lowRank('model.layers.9.self_attn.q_proj.weight', [1, 1], [1, 1]), {
      r: 1,
    });
    adapterFolder(at('wide'), lowRank(q0, [1, 1], [1, 1, 1]), { r: 1 });
    checkpointFolder(at('short'), { ...baseTensors, [norm]: vector(1) });
    const { 'lm_head.weight': _head, ...headless } = baseTensors;
    checkpointFolder(at('headless'), headless);
    await expect(resolved(scene.path, data)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('it is cancelled', async () => {
    const data = { base: 'base', positive: 'tune', negative: 'base' };
    await expect(resolved(scene.path, data, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

test('a model that is named twice is opened once', async () => {
  const data = { base: 'base', positive: 'tune', negative: './base', target: 'tune' };
  const { operands } = await resolved(scene.path, data);
  const [, target, positive] = operands;
  expect(target?.parts[0]).toBe(positive?.parts[0]);
});

describe('the demo family', () => {
  const demo = join(root, 'media/demo');
  const sides = { positive: 'honest', negative: 'sycophantic' };

  test('is found from its adapters alone', async () => {
    const { base, direction, layers, tied, codes } = await resolved(demo, sides);
    expect(base?.path).toBe(join(demo, 'base'));
    expect(codes).toEqual([]);
    expect([direction.tensors.size, layers]).toEqual([28, 4]);
    expect(tied).toEqual({ embedding: 'model.embed_tokens.weight', head: 'lm_head.weight' });
    for (const { terms } of direction.tensors.values()) {
      expect(terms.map((term) => term.kind === 'low-rank' && term.rank)).toEqual([8, 8]);
    }
  });

  test('steers a task that stands on the base', async () => {
    const { target, targetOnBase } = await resolved(demo, { base: 'base', ...sides, target: 'base+task' });
    expect([target?.adapter?.path, targetOnBase]).toEqual([join(demo, 'task'), true]);
  });

  test('has training runs whose checkpoints can be a side', async () => {
    const { direction } = await resolved(demo, {
      positive: 'runs/drifting/checkpoint-60',
      negative: 'runs/drifting/checkpoint-10',
    });
    expect(direction.tensors.size).toBe(28);
  });
});
