import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorResult } from '#protocol/results.ts';
import { parseJson } from '../support/json.ts';
import { safetensors } from '../support/safetensors.ts';
import { productNode, root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const cli = join(root, 'dist/steer.cjs');
const demo = join(root, 'media/demo');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

describe.skipIf(process.platform === 'win32')('an interrupted write', () => {
  let recipe: string;

  beforeAll(() => {
    checkpoint(
      join(folder.path, 'base'),
      new Uint8Array(Uint16Array.from({ length: elements }, (_, n) => n % 0x7f00).buffer),
    );
    for (const name of ['positive', 'negative']) checkpoint(join(folder.path, name));
    recipe = join(folder.path, 'still.steer.yaml');
    writeFileSync(recipe, 'base: base\npositive: positive\nnegative: negative\n');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130, names what remains, and goes on from there to the same bytes',
    async (signal) => {
      const out = join(folder.path, signal);
      const { code, stdout, stderr } = await interrupted(['write', recipe, '-o', out, '--json'], {
        out,
        signal,
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
      const staging = join(folder.path, `.${signal}.steering`);
      const { error } = parseJson<ErrorResult>(stdout);
      const message = `Cancelled. Unfinished work is kept in ${staging}: the same command goes on from there.`;
      expect(error).toEqual({ code: 'cancelled', message });
      expect(existsSync(out)).toBe(false);
      const again = await steer(['write', recipe, '-o', out]);
      expect(again.code, again.stderr).toBe(0);
      expect(existsSync(staging)).toBe(false);
      expect(hashOf(out)).toBe(hashOf(join(folder.path, 'base')));
    },
  );

  test('says so on standard error where no JSON is asked for', async () => {
    const out = join(folder.path, 'plain');
    const { code, stdout, stderr } = await interrupted(['write', recipe, '-o', out], {
      out,
      signal: 'SIGINT',
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^Cancelled\./);
  });
});

test('whoever stops reading is no failure', async () => {
  const child = start(['inspect', join(demo, 'base'), '--json']);
  child.stdout?.destroy();
  const [stderr, code] = await Promise.all([text(child.stderr!), ended(child)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.skipIf(!existsSync('/dev/full'))('results that cannot be printed are a failure', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(productNode, [cli, 'inspect', join(demo, 'base')], { stdio: ['ignore', full, 'pipe'] });
  const [stderr, code] = await Promise.all([text(child.stderr!), ended(child)]);
  closeSync(full);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: cannot print: ENOSPC/),
  });
});

describe('the version', () => {
  test('is all that --version prints', async () => {
    const { version } = parseJson<{ version: string }>(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await steer(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('completion', () => {
  const bash = has('bash');

  test.skipIf(!bash).each([
    [
      'steer',
      '',
      ['inspect', 'compare', 'init', 'contrast', 'analyze', 'vocabulary', 'write', 'lsp', 'completion'],
    ],
    ['weight-steering', 'wr', ['write']],
    ['steer write', '--f', ['--format', '--force']],
    ['steer write --format', 'ad', ['adapter']],
    ['steer write --device', '', ['auto', 'cpu', 'webgpu']],
    ['steer write', 'honest', ['honest.steer.yaml', 'honest']],
    ['steer inspect', 'hon', ['honest.steer.yaml', 'honest']],
    ['steer completion', 'z', ['zsh']],
  ])('in bash of "%s %s"', async (line, current, expected) => {
    const words = [...line.split(' '), current];
    const script = `
      source <("$1" "$2" completion bash)
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
      COMP_CWORD=${words.length - 1}
      complete -p ${words[0]} >&2 && _weight_steering && printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', productNode, cli], {
      cwd: demo,
      encoding: 'utf8',
    });
    expect(stderr.trim()).toBe(`complete -o filenames -F _weight_steering ${words[0]}`);
    expect(stdout.trim().split('\n')).toEqual(expect.arrayContaining(expected));
    if (current !== '')
      for (const word of stdout.trim().split('\n')) expect(word.startsWith(current)).toBe(true);
  });

  test.each(['zsh', 'fish'])('in %s is a script that it can read', async (shell) => {
    const { code, stdout } = await steer(['completion', shell]);
    expect(code).toBe(0);
    for (const command of ['inspect', 'write', 'weight-steering', 'dry-run'])
      expect(stdout).toContain(command);
    if (!has(shell)) return;
    const file = join(folder.path, `completion.${shell}`);
    writeFileSync(file, stdout);
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test.skipIf(!has('fish')).each([
    ['steer wr', ['write']],
    ['weight-steering write --f', ['--force', '--format']],
    ['steer write --format che', ['checkpoint']],
    ['steer write hon', ['honest.steer.yaml', 'honest/']],
  ])('in fish of "%s"', (line, expected) => {
    const script = `$argv[1] $argv[2] completion fish | source; complete -C ${JSON.stringify(line)}`;
    const { stdout } = spawnSync('fish', ['-c', script, productNode, cli], { cwd: demo, encoding: 'utf8' });
    const words = stdout
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
    expect(new Set(words)).toEqual(new Set(expected));
  });

  test('is for shells that it knows', async () => {
    expect(await steer(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the language server', () => {
  test('answers on standard input and output, and ends with its client', async () => {
    const child = start(['lsp', '--stdio', '--clientProcessId=1']);
    const initialize = { processId: null, rootUri: null, capabilities: {} };
    const messages = [
      { id: 1, method: 'initialize', params: initialize },
      { method: 'initialized', params: {} },
      { id: 2, method: 'shutdown' },
      { method: 'exit' },
    ];
    for (const message of messages) send(child, message);
    const [stdout, code] = await Promise.all([text(child.stdout!), ended(child)]);
    expect(stdout).toContain('"serverInfo":{"name":"Weight Steering"');
    expect(code).toBe(0);
  });

  test('has to be told how to speak', async () => {
    expect(await steer(['lsp'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--stdio') });
  });
});

function send(child: ChildProcess, message: object): void {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function start(args: readonly string[]): ChildProcess {
  return spawn(productNode, [cli, ...args], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => child.once('close', done));
}

/** Sends the signal once a quarter of the output is there. */
async function interrupted(
  args: readonly string[],
  { out, signal }: { out: string; signal: NodeJS.Signals },
) {
  const child = start(args);
  const outcome = Promise.all([ended(child), text(child.stdout!), text(child.stderr!)]);
  const growing = join(dirname(out), `.${basename(out)}.steering`, 'output', 'model.safetensors');
  const written = () => 512 * (statSync(growing, { throwIfNoEntry: false })?.blocks ?? 0);
  while (child.exitCode === null && written() < (tensors * 2 * elements) / 4) await after(5);
  child.kill(signal);
  const [code, stdout, stderr] = await outcome;
  return { code, stdout, stderr };
}

const elements = 2 ** 25;
const tensors = 4;

/** A checkpoint of 256 MiB: time enough to interrupt whoever steers it. Without `values` it takes no room on the disk. */
function checkpoint(path: string, values?: Uint8Array): void {
  mkdirSync(path);
  const entries = Array.from({ length: tensors }, (_, layer) => {
    const data_offsets = [layer * 2 * elements, (layer + 1) * 2 * elements];
    return [
      `model.layers.${layer}.mlp.up_proj.weight`,
      { dtype: 'BF16', shape: [4096, elements / 4096], data_offsets },
    ];
  });
  const weights = join(path, 'model.safetensors');
  const header = safetensors(JSON.stringify(Object.fromEntries(entries)));
  writeFileSync(weights, header);
  if (values === undefined) truncateSync(weights, header.length + tensors * 2 * elements);
  else for (let layer = 0; layer < tensors; layer++) appendFileSync(weights, values);
  writeFileSync(join(path, 'config.json'), '{}');
}

/** Of the values: headers may be laid out differently. */
function hashOf(model: string): string {
  const file = readFileSync(join(model, 'model.safetensors'));
  return createHash('sha256')
    .update(file.subarray(-tensors * 2 * elements))
    .digest('hex');
}

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}
