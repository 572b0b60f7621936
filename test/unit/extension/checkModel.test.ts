import type { CheckParams, CheckResult, Finding, FixParams } from '#protocol/check.ts';
import { RequestFailure } from '#protocol/failure.ts';
import { expect, test } from 'vitest';
import { checkModel, fixModel } from '../../../extension/commands/checkModel.ts';
import { describesModel } from '../../../extension/modelDocuments.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { place } from '../../support/checkScene.ts';
import { FakeUi, toolsFor } from './fakes.ts';

const files = ['/work/base/model.safetensors', '/work/honest/adapter_config.json'];
const finding: Finding = { severity: 'warning', code: 'all-zero', message: 'It is.', file: files[0]! };

function scene(result: CheckResult, isTrusted = true) {
  const asked: (CheckParams | FixParams)[] = [];
  const shown: CheckResult[] = [];
  const answer = (params: CheckParams | FixParams) => {
    asked.push(params);
    return result;
  };
  const ui = new FakeUi(['base']);
  const answers = { 'models/check': answer, 'models/fix': answer };
  return {
    ui,
    asked,
    shown,
    show: (each: CheckResult) => void shown.push(each),
    tools: toolsFor({ ui, answers, files, folder: '/work', isTrusted }),
  };
}

test('Check Model reads the values of what was chosen, and says how much it found', async () => {
  const { ui, asked, shown, show, tools } = scene({ findings: [finding], models: [] });
  await checkModel([], await tools, show);
  await checkModel([files[1]!], await tools, show);
  expect(asked).toEqual([
    { models: ['/work/base'], depth: 'values' },
    { models: ['/work/honest'], depth: 'values' },
  ]);
  expect(shown).toHaveLength(2);
  expect(ui.told.at(-1)).toBe('Errors: 0, warnings: 1, notes: 0. See Problems.');
});

test('Check Model says so where nothing is wrong', async () => {
  const { ui, show, tools } = scene({ findings: [], models: [] });
  await checkModel(['/work/base'], await tools, show);
  expect(ui.told).toEqual(['Nothing is wrong with it.']);
});

test('Fix Model does what a quick fix asks for, and says what it did', async () => {
  const fixed = [{ code: 'missing-format', file: files[0]!, title: 'Write it', backup: null }] as const;
  const { ui, asked, show, tools } = scene({ findings: [], models: [], fixed });
  await fixModel(['/work/base', 'missing-format'], ['/work/base'], await tools, show);
  expect(asked).toEqual([{ path: '/work/base', code: 'missing-format' }]);
  expect(ui.told.at(-1)).toBe('Write it. What was there is kept as .bak beside it.');
});

test('Fix Model writes nothing in a window that does not trust its folders', async () => {
  const { asked, show, tools } = scene({ findings: [], models: [] }, false);
  await expect(fixModel(['/work/base'], ['/work/base'], await tools, show)).rejects.toThrow(RequestFailure);
  expect(asked).toEqual([]);
});

test('a configuration describes a model only beside one', async () => {
  await using folder = await temporaryFolder();
  const document = (name: string, scheme = 'file') => ({
    uri: { scheme, fsPath: `${folder.path}/${name}` },
  });
  place(`${folder.path}/model`, { 'config.json': {}, 'model.safetensors': '' });
  place(`${folder.path}/other`, { 'config.json': {} });
  expect(await describesModel(document('model/config.json'))).toBe(true);
  expect(await describesModel(document('model/package.json'))).toBe(false);
  expect(await describesModel(document('other/config.json'))).toBe(false);
  expect(await describesModel(document('model/config.json', 'git'))).toBe(false);
});
