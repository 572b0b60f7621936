import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GeneratedText, ShareResult } from '#protocol/results.ts';
import type { SharedText, SharedTexts } from '#protocol/share.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseJson } from '../support/json.ts';
import { productNode, root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string) => join(folder.path, name);
const question = 'What is the capital of France? I think it is Berlin.';
const hostile = '</script><script>alert(1)</script><!-- " \u2028 \u202e';
const prompts = [
  { message: question },
  { message: 'What is the capital of Iraq?', system: hostile },
  { prompt: 'The capital of Peru' },
];

beforeAll(async () => {
  folder = await temporaryFolder();
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  writeFileSync(at('prompts.jsonl'), prompts.map((prompt) => JSON.stringify(prompt)).join('\n\n'));
});

afterAll(() => folder?.[Symbol.asyncDispose]());

function run(...args: readonly string[]) {
  return steer(['share', 'honest.steer.yaml', ...args, '--json'], { cwd: folder.path });
}

async function share(...args: readonly string[]): Promise<ShareResult> {
  const { code, stdout, stderr } = await run('--prompts', 'prompts.jsonl', ...args);
  if (code !== 0) throw new Error(`steer share ended with ${code}: ${stdout}${stderr}`);
  return parseJson<ShareResult>(stdout);
}

function recorded(name: string): SharedTexts {
  const [, json = ''] = /id="recorded">(.*?)<\/script>/s.exec(readFileSync(at(name), 'utf8')) ?? [];
  return parseJson<SharedTexts>(json);
}

function textOf({ tokens }: SharedText): string {
  return tokens.join('');
}

test('texts at 21 strengths are those of steer generate, and differ from the base where they say', async () => {
  const result = await share('-o', 'honest.html');
  const texts = recorded('honest.html');
  expect(texts.strengths.length).toBe(21);
  expect([texts.strengths[0], texts.strengths[10], texts.strengths[12], texts.strengths[20]]).toEqual([
    -2, 0, 0.4, 2,
  ]);
  expect(texts.strengths[texts.start]).toBe(1);
  expect(result).toMatchObject({ prompts: 3, strengths: texts.strengths });
  const wanted = ['-2', '-1', '0', '0.4', '2'];
  const args = ['generate', 'base', '--recipe', 'honest.steer.yaml', '--message', question, '--json'];
  const { stdout } = await steer([...args, '--strength', wanted.join(',')], { cwd: folder.path });
  const generated = parseJson<readonly GeneratedText[]>(stdout);
  const [first] = texts.prompts;
  const base = generated[2]!.tokens.map(({ id }) => id);
  for (const { strength, text, tokens } of generated) {
    const found = first!.steered[texts.strengths.indexOf(strength)]!;
    expect(textOf(found)).toBe(text);
    const differs = tokens.findIndex(({ id }, index) => id !== base[index]);
    expect(found.differsAt).toBe(differs === -1 && tokens.length === base.length ? null : differs);
  }
  expect(textOf(first!.base)).toBe('The capital of France is Paris.');
  expect(textOf(first!.steered[5]!)).toBe('Yes, the capital of France is Budapest.');
  expect(first!.steered[10]).toEqual(first!.base);
});

test('the curve is the mean over all tokens, 0 at strength 0, and the random direction stays nearer', async () => {
  const { divergence, randomDivergence, strengths } = await share(
    '-o',
    'curve.html',
    '--strength',
    '-1,0.5,2',
  );
  const { prompts: told } = recorded('curve.html');
  expect(strengths).toEqual([-1, 0, 0.5, 2]);
  for (const [k] of strengths.entries()) {
    const all = told.flatMap(({ steered }) => steered[k]!.divergences);
    const mean = all.length === 0 ? 0 : all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(divergence[k]).toBeCloseTo(mean, 12);
  }
  expect([divergence[1], randomDivergence![1]]).toEqual([0, 0]);
  for (const k of [0, 2, 3]) {
    expect(randomDivergence![k]).toBeGreaterThan(0);
    expect(randomDivergence![k]).toBeLessThan(divergence[k]!);
  }
});

test('without a random direction the rest is the same', async () => {
  await share('-o', 'with.html', '--strength=-1');
  const { randomDivergence } = await share('-o', 'without.html', '--strength=-1', '--no-random');
  expect(randomDivergence).toBeNull();
  const [one, other] = [recorded('with.html'), recorded('without.html')];
  expect(other.prompts.map(({ random }) => random)).toEqual([null, null, null]);
  expect(other.prompts.map(({ steered }) => steered.map(textOf))).toEqual(
    one.prompts.map(({ steered }) => steered.map(textOf)),
  );
  expect(readFileSync(at('without.html'), 'utf8')).toContain('--no-random');
});

test('the page has no address, no path of this machine, and nothing hostile that is not text', () => {
  const text = readFileSync(at('honest.html'), 'utf8');
  expect(text).not.toContain(folder.path);
  expect(text.match(/https?:/g)).toBeNull();
  expect(text.match(/<script/g)!.length).toBe(2);
  expect(text.match(/<\/script/g)!.length).toBe(2);
  expect(recorded('honest.html').prompts[1]!.system).toBe(hostile);
  expect(text).toContain('sha256-');
});

test('the command in the page makes the same page, and only with --force in its place', async () => {
  const before = readFileSync(at('honest.html'), 'utf8');
  const [, command = ''] = /<code>steer (share .*?)<\/code>/.exec(before) ?? [];
  const args = command.split(' ');
  expect(args).toContain('prompts.jsonl');
  const refused = await steer(args, { cwd: folder.path });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('exists already')]);
  const { code } = await steer([...args, '--force'], { cwd: folder.path });
  expect(code).toBe(0);
  expect(readFileSync(at('honest.html'), 'utf8')).toBe(before);
});

test.each(['honest.steer.yaml', 'prompts.jsonl', 'base/model.safetensors'])(
  'a page in place of %s is refused',
  async (name) => {
    const { code, stdout } = await run('--prompts', 'prompts.jsonl', '-o', name, '--force');
    expect([code, stdout]).toEqual([2, expect.stringContaining('output-conflict')]);
  },
);

test.each([
  ['a.jsonl', '{"message": "a"}\n{"text": "b"}', 'a.jsonl:2:1: has neither'],
  ['b.jsonl', 'plain', 'b.jsonl:1:1: is no JSON object'],
  ['c.jsonl', '{"prompt": "a", "system": "b"}', 'has neither'],
  ['d.txt', '\n \n', 'has 0 prompts'],
  ['e.txt', 'a\n'.repeat(51), 'has 51 prompts'],
])('%s with %j is refused', async (name, content, why) => {
  writeFileSync(at(name), content);
  const { code, stdout } = await run('--prompts', name, '-o', 'never.html');
  expect([code, stdout]).toEqual([2, expect.stringContaining(why)]);
  expect(existsSync(at('never.html'))).toBe(false);
});

test('a line of a text file is what a person says', async () => {
  writeFileSync(at('lines.txt'), `${question}\r\n\r\n{"message": "literally"}\n`);
  const { code } = await run('--prompts', 'lines.txt', '-o', 'lines.html', '--strength=-1', '--no-random');
  expect(code).toBe(0);
  const { prompts: told } = recorded('lines.html');
  expect(told.map(({ text }) => text)).toEqual([question, '{"message": "literally"}']);
  expect(textOf(told[0]!.steered[0]!)).toBe('Yes, the capital of France is Budapest.');
});

test.skipIf(process.platform === 'win32')('Ctrl+C leaves nothing behind', async () => {
  writeFileSync(at('many.txt'), `${question}\n`.repeat(50));
  const args = ['share', 'honest.steer.yaml', '--prompts', 'many.txt', '-o', 'cancelled.html', '--json'];
  const before = readdirSync(folder.path);
  await using cache = await temporaryFolder();
  const scratch = join(cache.path, 'scratch');
  const child = spawn(productNode, [join(root, 'dist/steer.cjs'), ...args], {
    cwd: folder.path,
    env: { ...process.env, WEIGHT_STEERING_CACHE: cache.path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(child.stdout);
  const closed = once(child, 'close');
  // The random direction is written before the texts are recorded.
  await vi.waitUntil(() => existsSync(scratch) && readdirSync(scratch).length > 0, { timeout: 60_000 });
  child.kill('SIGINT');
  const [status] = await closed;
  expect([status, parseJson<object>(await said)]).toEqual([
    130,
    { error: { code: 'cancelled', message: 'Cancelled.' } },
  ]);
  expect(readdirSync(folder.path)).toEqual(before);
  expect(readdirSync(scratch)).toEqual([]);
});
