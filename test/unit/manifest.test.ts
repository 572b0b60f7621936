import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandIds, languageId } from '../../extension/ids.ts';
import { root } from '../support/steer.ts';

const text = (path: string) => readFile(join(root, path), 'utf8');
const manifest = JSON.parse(await text('package.json'));
const { commands, languages, grammars, configurationDefaults, yamlValidation } = manifest.contributes;

test('the commands of package.json are those of the extension, in Title Case', () => {
  const ids = commands.map(({ command }: { command: string }) => command);
  expect(new Set(ids)).toEqual(new Set(Object.values(commandIds)));
  for (const { title, category } of commands) {
    expect(category).toBe('Weight Steering');
    expect(title).toMatch(/^(?:[A-Z]\S*|a|an|and|of|the|with)(?: (?:[A-Z]\S*|a|an|and|of|the|with))*…?$/);
  }
});

test('recipes have one language, with its grammar, its settings and its schema', () => {
  expect(languages).toMatchObject([{ id: languageId, extensions: ['.steer.yaml', '.steer.yml'] }]);
  expect(grammars).toMatchObject([{ language: languageId, scopeName: 'source.steer-recipe' }]);
  expect(Object.keys(configurationDefaults)).toEqual([`[${languageId}]`]);
  expect(yamlValidation[0].fileMatch).toEqual(
    languages[0].extensions.map((extension: string) => `*${extension}`),
  );
});

test('what package.json names is there, and in the VSIX', async () => {
  const { configuration, icon } = languages[0];
  const paths = [configuration, icon.light, icon.dark, grammars[0].path, yamlValidation[0].url];
  const packed = (await text('test/fixtures/package.txt')).split('\n');
  for (const path of paths.map((path: string) => path.replace('./', ''))) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(packed).toContain(`extension/${path}`);
  }
  for (const path of [manifest.main, ...Object.values<string>(manifest.bin)]) {
    expect(packed).toContain(`extension/${path.replace('./', '')}`);
  }
});

test('the grammar is that of YAML under a name of its own', async () => {
  const grammar = JSON.parse(await text('media/recipe.tmLanguage.json'));
  expect(grammar).toMatchObject({ scopeName: grammars[0].scopeName, patterns: [{ include: 'source.yaml' }] });
});

test('types and engine are of the same VS Code', () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
});

test('every integration test is run', async () => {
  const index = await text('test/integration/index.ts');
  const files = (await readdir(join(root, 'test/integration'))).filter((name) => name.endsWith('.test.ts'));
  const imported = [...index.matchAll(/import\('\.\/(.+?\.test\.ts)'\)/g)].map(([, name]) => name);
  expect(new Set(imported)).toEqual(new Set(files));
});
