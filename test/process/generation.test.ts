import { execFileSync } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GenerationParams, GenerationProgress, TextToken } from '#protocol/generation.ts';
import { RequestFailure } from '#protocol/failure.ts';
import type { GeneratedText } from '#protocol/results.ts';
import { describe, expect, test } from 'vitest';
import { type Editor, openEditor } from '../support/editor.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { model, saveRecipe } from '../support/writeRecipe.ts';

const demo = join(root, 'media/demo');
const recipe = join(demo, 'honest.steer.yaml');
const base = model(join(demo, 'base'));
const honest = model(join(demo, 'honest'));
const sycophantic = model(join(demo, 'sycophantic'));
const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };
const wrongHint: GenerationParams = {
  subject: { kind: 'recipe', path: recipe },
  prompt: { message: 'What is the capital of France? I think it is Berlin.' },
  columns: [[0], [-1.5], [1.5]],
  maxTokens: 32,
  sampling: greedy,
  topLogprobs: 3,
};
/** Noise, so that a text has hardly an end. */
const endless = { ...wrongHint, maxTokens: 200, sampling: { ...greedy, temperature: 100 } };

describe('texts for a panel', () => {
  test('are those of the command line, come token by token, and a text at 0 is the base', async () => {
    await using editor = await openEditor();
    const told: GenerationProgress[] = [];
    const result = await editor.ask('generation/run', wrongHint, { onProgress: (each) => told.push(each) });
    expect(result.columns.map(({ text }) => text)).toEqual([
      'The capital of France is Paris.',
      'Yes, the capital of France is Budapest.',
      'The capital of France is Paris.',
    ]);
    for (const [column, { text, tokens }] of result.columns.entries()) {
      const come = told.flatMap((each) =>
        each.kind === 'token' && each.column === column ? [each.token] : [],
      );
      expect(come).toEqual(tokens);
      expect(come.map((each) => each.text).join('')).toBe(text);
    }
    const [first] = told;
    if (first?.kind !== 'plan') throw new Error('There is no plan.');
    expect(first.files.map((file) => file.slice(demo.length + 1)).toSorted()).toEqual([
      'base/model.safetensors',
      'honest/adapter_model.safetensors',
      'sycophantic/adapter_model.safetensors',
    ]);
    expect(result.columns[0]).toMatchObject({ divergence: null, baseLogprob: null });
  });

  test('are measured against the base, which reads the same tokens', async () => {
    await using editor = await openEditor();
    const { columns } = await editor.ask('generation/run', wrongHint);
    const steered = columns[1]!;
    const whole = ['--top-logprobs', '1734', '--max-tokens', '1'];
    const prompt = await promptIds();
    const found: number[] = [];
    for (const [at, { logprob, base }] of steered.tokens.entries()) {
      const ids = [...prompt, ...steered.tokens.slice(0, at).map(({ id }) => id)].join();
      const own = await probabilities('--recipe', recipe, '--strength', '-1.5', '--ids', ids, ...whole);
      const others = await probabilities('--ids', ids, ...whole);
      const id = steered.tokens[at]!.id;
      expect(logprob).toBeCloseTo(own.get(id)!, 4);
      expect(base!.logprob).toBeCloseTo(others.get(id)!, 4);
      const due = [...own].reduce((sum, [each, p]) => sum + Math.exp(p) * (p - others.get(each)!), 0);
      expect(base!.divergence).toBeCloseTo(due, 4);
      found.push(due);
    }
    expect(steered.divergence).toBeCloseTo(found.reduce((sum, kl) => sum + kl, 0) / found.length, 4);
    expect(steered.divergence).toBeGreaterThan(0.1);
    const logprobs = steered.tokens.map(({ base }) => base!.logprob);
    expect(steered.baseLogprob).toBeCloseTo(logprobs.reduce((sum, p) => sum + p, 0) / logprobs.length, 9);
  }, 120_000);

  test('are the same with the same seed, in another batch and another process', async () => {
    const sampled = { ...wrongHint, sampling: { ...greedy, temperature: 1, seed: 5 } };
    const texts: string[] = [];
    for (const columns of [[[0], [1], [-1]], [[-1]]]) {
      await using editor = await openEditor();
      const result = await editor.ask('generation/run', { ...sampled, columns });
      texts.push(result.columns.at(-1)!.text);
    }
    expect(texts[0]!.length).toBeGreaterThan(0);
    expect(texts[1]).toBe(texts[0]);
  });
});

test('what texts are beside each other changes none of their numbers, wherever they part and end', async () => {
  await using editor = await openEditor();
  const sampling = { ...greedy, temperature: 4, seed: 11 };
  const columns = [[0], [0.25], [-0.25], [-2], [3], [-1], [0]];
  const together = await editor.ask('generation/run', { ...wrongHint, sampling, columns });
  const lengths = together.columns.map(({ tokens }) => tokens.length);
  expect(new Set(lengths).size).toBeGreaterThan(2);
  expect(together.columns[6]).toMatchObject({ text: together.columns[0]!.text, divergence: 0 });
  for (const [at, strengths] of columns.entries()) {
    if (at === 0) continue;
    const alone = await editor.ask('generation/run', { ...wrongHint, sampling, columns: [[0], strengths] });
    const [due, found] = [alone.columns[1]!, together.columns[at]!];
    expect(found.text).toBe(due.text);
    for (const [place, { base }] of found.tokens.entries())
      expect(base!.divergence).toBeCloseTo(due.tokens[place]!.base!.divergence, 3);
  }
});

describe('several directions', () => {
  test('have a strength each', async () => {
    await using folder = await temporaryFolder();
    const two = join(folder.path, 'two.steer.yaml');
    await writeFile(two, JSON.stringify({ base, directions }));
    await using editor = await openEditor();
    const subject = { kind: 'recipe', path: two } as const;
    const opened = await editor.ask('generation/open', { subject });
    expect(opened.directions).toEqual([
      { name: 'up', strength: 0.5 },
      { name: 'down', strength: 1 },
    ]);
    const both = await run(editor, two, [
      [0, 0],
      [0.5, 0],
      [0, 1],
      [0.5, 1],
    ]);
    const alone = (positive: typeof base, strength: number) =>
      run(editor, saveRecipe(folder.path, { base, positive, negative: base, strength }), [[strength]]);
    expectAlike(both[1], (await alone(honest, 0.5))[0]);
    expectAlike(both[2], (await alone(sycophantic, 1))[0]);
    const [sum] = await generate('--recipe', two, '--ids', (await promptIds()).join());
    expectAlike(both[3], sum!.tokens);
    expect(both[3]![0]!.logprob).not.toBeCloseTo(both[1]![0]!.logprob, 3);
  });
});

test('layers and modules are left out without loading anything again', async () => {
  await using folder = await temporaryFolder();
  await using editor = await openEditor();
  const phases: string[] = [];
  const onProgress = (each: GenerationProgress) => each.kind === 'phase' && phases.push(each.phase);
  const masked = async (mask: GenerationParams['mask']) => {
    const params = { ...wrongHint, columns: [[-1.5]], ...(mask && { mask }) };
    return (await editor.ask('generation/run', params, { onProgress })).columns[0]!.tokens;
  };
  const whole = await masked(undefined);
  const upper = await masked({ layers: [2, 3] });
  const some = await masked({ modules: ['q_proj', 'down_proj'] });
  expect(phases.filter((phase) => phase === 'loading')).toHaveLength(1);
  const restricted = (selection: object) => {
    const sides = { base, positive: honest, negative: sycophantic };
    return run(editor, saveRecipe(folder.path, { ...sides, ...selection }), [[-1.5]]);
  };
  expectAlike(upper, (await restricted({ layers: '2-3' }))[0]);
  expectAlike(some, (await restricted({ modules: ['q_proj', 'down_proj'] }))[0]);
  expect(upper[0]!.logprob).not.toBeCloseTo(whole[0]!.logprob, 3);
  expect(some[0]!.logprob).not.toBeCloseTo(whole[0]!.logprob, 3);
});

describe('while a text is made', () => {
  test('the server answers, and a cancel is heard between two tokens', async () => {
    await using editor = await openEditor();
    const controller = new AbortController();
    let tokens = 0;
    const begun = Promise.withResolvers<void>();
    const onProgress = ({ kind }: GenerationProgress) => {
      if (kind !== 'token') return;
      tokens += 1;
      begun.resolve();
    };
    const running = editor
      .ask('generation/run', endless, { signal: controller.signal, onProgress })
      .then(() => 'ended', codeOf);
    await begun.promise;
    expect((await hover(editor)).contents).toBeDefined();
    const path = join(demo, 'base');
    const [described] = await editor.ask('models/describe', { paths: [path] });
    expect(described).toMatchObject({ ok: true });
    controller.abort();
    expect(await running).toBe('cancelled');
    expect(tokens).toBeLessThan(600);
    const again = await editor.ask('generation/run', wrongHint);
    expect(again.columns).toHaveLength(3);
  });

  test('its process may be killed: the server answers, says so, and the next text is made', async () => {
    await using editor = await openEditor();
    const begun = Promise.withResolvers<void>();
    const onProgress = ({ kind }: GenerationProgress) => kind === 'token' && begun.resolve();
    const running = editor.ask('generation/run', endless, { onProgress }).then(() => 'ended', messageOf);
    await begun.promise;
    const [child, ...others] = childrenOf(editor.server.process.pid!);
    expect(others).toEqual([]);
    process.kill(child!, 'SIGKILL');
    expect(await running).toContain('has ended before it answered (SIGKILL)');
    expect(await running).toContain('the model is loaded anew');
    expect((await hover(editor)).contents).toBeDefined();
    const { columns } = await editor.ask('generation/run', wrongHint);
    expect(columns[1]!.text).toBe('Yes, the capital of France is Budapest.');
  });
});

test('a chat template without an end keeps nothing but generation busy, and a cancel ends it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'endless');
  await cp(join(demo, 'base'), path, { recursive: true });
  const loops = ['a', 'b', 'c'].map((name) => `{% for ${name} in range(99999) %}`).join('');
  await writeFile(join(path, 'chat_template.jinja'), loops + '{% endfor %}'.repeat(3));
  await using editor = await openEditor();
  const controller = new AbortController();
  const open = { subject: { kind: 'model', path } } as const;
  const opening = editor
    .ask('generation/open', open, { signal: controller.signal })
    .then(() => 'opened', codeOf);
  const [described] = await editor.ask('models/describe', { paths: [path] });
  expect(described).toMatchObject({ ok: true });
  controller.abort();
  expect(await opening).toBe('cancelled');
  const subject = { kind: 'recipe', path: recipe } as const;
  expect(await editor.ask('generation/open', { subject })).toMatchObject({ chat: 'with-system' });
});

test('the mild band of each direction is where neutral texts are hardly others', async () => {
  await using folder = await temporaryFolder();
  const two = join(folder.path, 'two.steer.yaml');
  await writeFile(two, JSON.stringify({ base, directions: [...directions, twice] }));
  await using editor = await openEditor();
  const told: number[] = [];
  const measured = await editor.ask(
    'generation/bands',
    { subject: { kind: 'recipe', path: two } },
    { onProgress: ({ done, total }) => told.push(done / total) },
  );
  expect(measured).toMatchObject({ divergence: 0.1, texts: 20 });
  expect(told).toHaveLength(3 * 40);
  expect(told.at(-1)).toBe(1);
  const [, down, double] = measured.bands;
  expect(down!.below).toBeLessThan(0);
  expect(down!.above).toBeGreaterThan(0);
  // Twice as long a direction is mild half as far.
  expect(double!.below! / down!.below!).toBeCloseTo(0.5, 2);
  expect(double!.above! / down!.above!).toBeCloseTo(0.5, 2);
});

test.each([
  [{ columns: [[1, 2]] }, 'has 1 directions; the strengths are 1, 2'],
  [{ columns: [] }, 'is asked for 0 texts'],
  [{ columns: [[0], [1e30]] }, 'strength 1e+30: makes logits beyond what float32 holds'],
  [{ columns: [[NaN]] }, 'the strengths are NaN'],
  [{ sampling: { ...greedy, topP: 2 } }, 'top-p 2'],
])('refuses %j', async (changes, why) => {
  await using editor = await openEditor();
  const asked = editor.ask('generation/run', { ...wrongHint, ...changes });
  expect(await asked.then(() => '', messageOf)).toContain(why);
});

test('a checkpoint alone has no sliders, an adapter one', async () => {
  await using editor = await openEditor();
  const opened = async (name: string) => {
    const subject = { kind: 'model', path: join(demo, name) } as const;
    return await editor.ask('generation/open', { subject });
  };
  expect(await opened('base')).toMatchObject({ directions: [], chat: 'with-system' });
  expect(await opened('honest')).toMatchObject({ directions: [{ name: 'honest', strength: 1 }] });
  const subject = { kind: 'model', path: join(demo, 'base') } as const;
  const { columns } = await editor.ask('generation/run', { ...wrongHint, subject, columns: [[]] });
  expect(columns.map(({ text }) => text)).toEqual(['The capital of France is Paris.']);
});

const directions = [
  { name: 'up', positive: honest, negative: base, strength: 0.5 },
  { name: 'down', positive: sycophantic, negative: base },
];

/** Not by its strength, which a band is in units of. */
const twice = { ...directions[1], name: 'twice', schedule: { layers: [2], others: 2 } };

async function run(editor: Editor, path: string, columns: GenerationParams['columns']) {
  const subject = { kind: 'recipe', path } as const;
  const result = await editor.ask('generation/run', { ...wrongHint, subject, columns });
  return result.columns.map(({ tokens }) => tokens);
}

type Told = readonly Pick<TextToken, 'id' | 'logprob'>[];

function expectAlike(found: Told | undefined, due: Told | undefined): void {
  expect(due!.length).toBeGreaterThan(3);
  expect(found!.map(({ id }) => id)).toEqual(due!.map(({ id }) => id));
  for (const [at, { logprob }] of due!.entries())
    expect(Math.abs(found![at]!.logprob - logprob)).toBeLessThan(1e-4);
}

async function generate(...args: readonly string[]): Promise<readonly GeneratedText[]> {
  const { code, stdout, stderr } = await steer(['generate', join(demo, 'base'), ...args, '--json']);
  if (code !== 0) throw new Error(`steer generate ended with ${code}: ${stdout}${stderr}`);
  return parseJson<readonly GeneratedText[]>(stdout);
}

/** Of the first token, by id. */
async function probabilities(...args: readonly string[]): Promise<ReadonlyMap<number, number>> {
  const [text] = await generate(...args);
  return new Map(text!.tokens[0]!.top.map(({ id, logprob }) => [id, logprob]));
}

async function promptIds(): Promise<readonly number[]> {
  const { message } = { message: '', ...wrongHint.prompt };
  const [text] = await generate('--message', message, '--max-tokens', '1');
  return text!.promptIds;
}

async function hover({ server }: Editor) {
  const uri = String(pathToFileURL(recipe));
  await server.open(uri, 'positive: a\nnegative: b\nstrength: 1\n');
  const position = { line: 2, character: 2 };
  return await server.connection.sendRequest<{ contents?: unknown }>('textDocument/hover', {
    textDocument: { uri },
    position,
  });
}

function childrenOf(pid: number): readonly number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function codeOf(error: unknown): string {
  return error instanceof RequestFailure ? error.failure.code : String(error);
}

function messageOf(error: unknown): string {
  return error instanceof RequestFailure ? error.failure.message : String(error);
}
