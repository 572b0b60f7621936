import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CodeAction, type Diagnostic, FileChangeType } from 'vscode-languageserver/node';
import type { CheckProgress, CheckResult } from '#protocol/check.ts';
import { openEditor, settings, type Editor } from '../support/editor.ts';
import { parseJson } from '../support/json.ts';
import type { Published } from '../support/languageServer.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** *Check*, from the built command line and from an editor. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const uriOf = (path: string) => pathToFileURL(path).href;
let editor: Editor;

beforeAll(async () => {
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  editor = await openEditor({ folders: [folder.path] });
});

afterAll(async () => {
  await editor[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A copy of a model of the demo family with a mistake in it; returns the text that has it. */
function broken(name: string, from: string, file: string, change: (text: string) => string): string {
  cpSync(join(root, 'media/demo', from), at(name), { recursive: true });
  const text = change(readFileSync(at(name, file), 'utf8'));
  writeFileSync(at(name, file), text);
  return text;
}

const otherVocabulary = (text: string) => text.replace('"vocab_size": 1734', '"vocab_size": 1700');

describe('steer check', () => {
  test('finds nothing wrong with the demo family', async () => {
    const { stdout, code } = await steer(['check', 'base', 'honest', 'runs/control', '--json'], {
      cwd: folder.path,
    });
    const { findings, models } = parseJson<CheckResult>(stdout);
    expect({ findings, code }).toEqual({ findings: [], code: 0 });
    expect(models).toHaveLength(8);
  });

  test('exits with 1 where something is wrong, from the severity that was asked for', async () => {
    broken('odd', 'base', 'config.json', (text) => text.replace('"eos_token_id": 2', '"eos_token_id": 9999'));
    const check = async (...args: string[]) =>
      (await steer(['check', 'odd', ...args], { cwd: folder.path })).code;
    expect(await check()).toBe(0);
    expect(await check('--fail-on', 'warning')).toBe(1);
    expect(await check('--format', 'sarif', '--fail-on', 'warning')).toBe(1);
    expect((await steer(['check', 'nowhere'], { cwd: folder.path })).code).toBe(2);
  });

  test('puts right what it can, once, and says what', async () => {
    broken('mended', 'base', 'config.json', otherVocabulary);
    const first = await steer(['check', 'mended', '--fix', '--json'], { cwd: folder.path });
    const { findings, fixed } = parseJson<CheckResult>(first.stdout);
    expect({ code: first.code, findings, fixed }).toEqual({
      code: 0,
      findings: [],
      fixed: [
        {
          code: 'shape-mismatch',
          file: at('mended/config.json'),
          title: 'Correct vocab_size to 1734',
          backup: at('mended/config.json.bak'),
        },
      ],
    });
    expect(readFileSync(at('mended/config.json'))).toEqual(readFileSync(at('base/config.json')));
    const second = await steer(['check', 'mended', '--fix'], { cwd: folder.path });
    expect(second.stdout).toBe('1 model: nothing is wrong.\n');
  });
});

describe('an editor', () => {
  test('is told of findings as they come, of progress, and of all of them at the end', async () => {
    broken('told', 'base', 'config.json', otherVocabulary);
    const progress: CheckProgress[] = [];
    const { findings } = await editor.ask(
      'models/check',
      { models: [at('told')], depth: 'values' },
      { onProgress: (each) => progress.push(each) },
    );
    expect(findings).toMatchObject([{ code: 'shape-mismatch', file: at('told/config.json') }]);
    expect(progress.flatMap((each) => (each.kind === 'rows' ? each.findings : []))).toEqual(findings);
    expect(progress.findLast((each) => each.kind === 'state')).toMatchObject({
      done: 2_021_120,
      total: 2_021_120,
    });
  });

  test('has diagnostics in the configuration while it is edited, with a fix, and none once it is right', async () => {
    const path = at('typed/config.json');
    const text = broken('typed', 'base', 'config.json', otherVocabulary);
    const uri = uriOf(path);
    await editor.server.open(uri, text, 'json');
    const { diagnostics } = await published(uri, ({ diagnostics: all }) => all.length > 0);
    expect(diagnostics).toMatchObject([
      {
        severity: 1,
        code: 'shape-mismatch',
        source: 'Weight Steering',
        relatedInformation: [{ location: { uri: uriOf(at('typed/model.safetensors')) } }],
      },
    ]);
    const [action] = await actionsAt(uri, diagnostics[0]!);
    expect(action).toMatchObject({ title: 'Correct vocab_size to 1734', kind: 'quickfix' });
    expect(action?.edit?.changes?.[uri]).toEqual([{ range: diagnostics[0]?.range, newText: '1734' }]);
    await change(uri, 2, text.replace('1700', '1734'));
    expect(await published(uri, ({ version }) => version === 2)).toMatchObject({ diagnostics: [] });
  });

  test('is told of weights in the text that describes them, and has a command that mends them', async () => {
    const path = at('unmarked');
    cpSync(at('base'), path, { recursive: true });
    const weights = readFileSync(join(path, 'model.safetensors'));
    writeFileSync(
      join(path, 'model.safetensors'),
      Buffer.from(weights.toString('latin1').replace('"format":"pt"', '"former":"pt"'), 'latin1'),
    );
    const uri = uriOf(join(path, 'config.json'));
    await editor.server.open(uri, readFileSync(join(path, 'config.json'), 'utf8'), 'json');
    const { diagnostics } = await published(uri, ({ diagnostics: all }) => all.length > 0);
    expect(diagnostics).toMatchObject([
      { severity: 2, code: 'missing-format', message: expect.stringMatching(/^model\.safetensors: /) },
    ]);
    const [action] = await actionsAt(uri, diagnostics[0]!);
    expect(action?.command).toMatchObject({
      command: 'weightSteering.fixModel',
      arguments: [path, 'missing-format'],
    });
    const { fixed, findings } = await editor.ask('models/fix', { path, code: 'missing-format' });
    expect(findings).toEqual([]);
    expect(fixed).toMatchObject([
      { file: join(path, 'model.safetensors'), backup: join(path, 'model.safetensors.bak') },
    ]);
    expect(await published(uri, ({ diagnostics: all }) => all.length === 0)).toMatchObject({
      diagnostics: [],
    });
  });

  test('is told again when files change on the disk, also those of the base of an adapter', async () => {
    for (const name of ['base', 'honest']) cpSync(at(name), at('watched', name), { recursive: true });
    const [weights, own] = [at('watched/base/model.safetensors'), at('watched/honest/adapter_config.json')];
    await editor.server.open(uriOf(own), readFileSync(own, 'utf8'), 'json');
    const right = readFileSync(weights);
    const wrong = right.toString('latin1').replace('0.self_attn.q_proj.weight', '0.self_attn.Q_proj.weight');
    writeFileSync(weights, wrong, 'latin1');
    await changedOnDisk(weights);
    const broken = await published(uriOf(own), ({ diagnostics }) => diagnostics.length > 0);
    expect(broken.diagnostics).toMatchObject([{ code: 'missing-target', severity: 1 }]);
    writeFileSync(weights, right);
    await changedOnDisk(weights);
    await published(uriOf(own), ({ diagnostics }) => diagnostics.length === 0);
    const patterns = JSON.stringify(editor.server.registered);
    expect(patterns).toContain('workspace/didChangeWatchedFiles');
    expect(patterns).toContain('**/*.{safetensors,bin,gguf}');
  });

  test('has the models of a recipe underlined', async () => {
    broken('worse', 'base', 'config.json', otherVocabulary);
    const uri = uriOf(at('worse.steer.yaml'));
    await editor.server.open(uri, 'base: ./worse\npositive: honest\nnegative: sycophantic\n');
    const { diagnostics } = await published(uri, ({ diagnostics: all }) => all.length > 0);
    expect(diagnostics).toMatchObject([
      {
        severity: 1,
        code: 'shape-mismatch',
        range: { start: { line: 0, character: 6 }, end: { line: 0, character: 13 } },
      },
    ]);
  });

  test('has what `remove` names and is not there underlined', async () => {
    const uri = uriOf(at('removing.steer.yaml'));
    const text =
      'positive: honest\nnegative: sycophantic\nremove: [task, directions/gone, honest.steer.yaml]\n';
    await editor.server.open(uri, text);
    const { diagnostics } = await published(uri, ({ diagnostics: all }) => all.length > 0);
    expect(diagnostics).toMatchObject([
      {
        severity: 1,
        code: 'model-not-found',
        range: { start: { line: 2, character: 15 }, end: { line: 2, character: 30 } },
        message: expect.stringMatching(/^directions\/gone is not there/),
      },
    ]);
  });

  test('is not told of JSON that lies beside no weights', async () => {
    writeFileSync(at('data/config.json'), '{"vocab_size": 1,}');
    const uri = uriOf(at('data/config.json'));
    await editor.server.open(uri, '{"vocab_size": 1,}', 'json');
    const other = uriOf(at('late/config.json'));
    const text = broken('late', 'base', 'config.json', otherVocabulary);
    await editor.server.open(other, text, 'json');
    await published(other, ({ diagnostics }) => diagnostics.length > 0);
    expect(editor.server.published.filter((each) => each.uri === uri)).toEqual([]);
  });

  test('changes nothing in a window that does not trust its folders', async () => {
    broken('untrusted', 'base', 'config.json', otherVocabulary);
    await editor.ask('settings/apply', { ...settings, folders: [folder.path], trusted: false });
    await expect(editor.ask('models/fix', { path: at('untrusted') })).rejects.toMatchObject({
      failure: { code: 'untrusted-workspace' },
    });
    expect(existsSync(at('untrusted/config.json.bak'))).toBe(false);
    await editor.ask('settings/apply', { ...settings, folders: [folder.path] });
  });
});

/** The next list of a document's diagnostics that is as it should be. */
async function published(uri: string, isDue: (each: Published) => boolean): Promise<Published> {
  for (;;) {
    const next = await editor.server.next();
    if (next.uri === uri && isDue(next)) return next;
  }
}

async function actionsAt(uri: string, { range }: Diagnostic): Promise<CodeAction[]> {
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  return await editor.server.connection.sendRequest('textDocument/codeAction', params);
}

function changedOnDisk(path: string): Promise<void> {
  const changes = [{ uri: uriOf(path), type: FileChangeType.Changed }];
  return editor.server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
}

function change(uri: string, version: number, text: string): Promise<void> {
  return editor.server.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ text }],
  });
}
