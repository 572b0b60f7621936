import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  commandIds,
  contextKeys,
  dryRunLanguageId,
  editorIds,
  headerLanguageId,
  languageId,
  milestones,
  settingIds,
  viewIds,
} from '../../extension/ids.ts';
import { telling } from '../../extension/discovery/findFiles.ts';
import { bundlePath, bundleText, textsIn } from '../harness/l10n.ts';
import { root } from '../support/steer.ts';

const text = (path: string) => readFile(join(root, path), 'utf8');
const manifest = JSON.parse(await text('package.json'));
const translations: Record<string, string> = JSON.parse(await text('package.nls.json'));
const { commands, languages, grammars, configurationDefaults, yamlValidation } = manifest.contributes;
const { menus, submenus, views, viewsContainers, viewsWelcome, walkthroughs, configuration } =
  manifest.contributes;

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
const items: readonly (MenuItem & { readonly menu: string })[] = Object.entries<MenuItem[]>(menus).flatMap(
  ([menu, items]) => items.map((item) => ({ ...item, menu })),
);
const placesOf = (command: string) => items.filter((item) => item.command === command);
const translated = (key: string) => translations[key.replaceAll('%', '')] ?? key;

test('the commands of package.json are those of the extension, in Title Case', () => {
  const ids = commands.map(({ command }: { command: string }) => command);
  expect(new Set(ids)).toEqual(new Set(Object.values(commandIds)));
  for (const { title, category } of commands) {
    expect(category).toBe('Weight Steering');
    expect(translated(title)).toMatch(
      /^(?:[A-Z]\S*|a|an|and|for|in|of|the|with)(?: (?:[A-Z]\S*|a|an|and|for|in|of|the|with))*…?$/,
    );
  }
});

/** Commands of links, which say what they are about. */
const linked: readonly string[] = [commandIds.openTensor, commandIds.showInLayers];

test.each(linked)('%s is for links alone', async (command) => {
  const name = Object.entries(commandIds).find(([, id]) => id === command)?.[0];
  const source = await text('extension/headers/headerLanguage.ts');
  expect(source).toContain(`commandIds.${name}`);
  expect(placesOf(command).map(({ menu, when }) => [menu, when])).toEqual([['commandPalette', 'false']]);
});

test.each(Object.values(commandIds).filter((id) => !linked.includes(id)))('%s can be reached', (command) => {
  const places = placesOf(command);
  const isInPalette = !places.some(({ menu, when }) => menu === 'commandPalette' && when === 'false');
  const isInMenu = places.some(({ menu }) => menu !== 'commandPalette');
  expect(isInPalette || isInMenu).toBe(true);
});

test('menus name commands, submenus, views and context keys that there are', () => {
  const keys: readonly string[] = [...Object.values(contextKeys), ...Object.values(viewIds)];
  for (const { command, submenu, when = '' } of items) {
    if (command !== undefined) expect(Object.values<string>(commandIds)).toContain(command);
    if (submenu !== undefined) expect(submenus.map(({ id }: { id: string }) => id)).toContain(submenu);
    const named = when.match(/weightSteering\.[\w.]+/g) ?? [];
    for (const name of named) expect(keys, `in the when clause ${when}`).toContain(name);
  }
});

interface Situation {
  /** Context keys that are true, or lists that have the resource. */
  readonly keys: readonly string[];
  readonly name: string;
}

const selections = [[], ['listMultiSelection'], ['listMultiSelection', 'listDoubleSelection']];
const pending = [
  [],
  ['selectedForCompare'],
  ['selectedForContrast'],
  ['selectedForCompare', 'selectedForContrast'],
];
const resources = [
  ...['modelPaths', 'adapterPaths', 'directionPaths'].map((list) => ({ list: [list], name: 'model' })),
  { list: ['modelPaths'], name: 'model.gguf' },
];

/** Everything that may be clicked on in the Explorer, with whatever else is selected, or was before. */
const situations: readonly Situation[] = resources.flatMap(({ list, name }) =>
  selections.flatMap((selected) =>
    pending.map((before) => ({
      name,
      keys: [...selected, ...[...list, ...before].map((key) => `weightSteering.${key}`)],
    })),
  ),
);

/** Whether a when clause holds, of the operators that those of the submenu have. */
function holds(when: string, { keys, name }: Situation): boolean {
  return when.split(' || ').some((all) =>
    all.split(' && ').every((term) => {
      const [, list = ''] = /^resourcePath in (\S+)$/.exec(term) ?? [];
      const [, pattern] = /^resourceFilename =~ \/(.*)\/$/.exec(term) ?? [];
      if (pattern !== undefined) return new RegExp(pattern).test(name);
      if (term.startsWith('!')) return !keys.includes(term.slice(1));
      return keys.includes(list === '' ? term : list);
    }),
  );
}

test('the Explorer has one submenu, of at most eight entries at a time, each only where it applies', () => {
  expect(menus['explorer/context']).toMatchObject([{ submenu: 'weightSteering.explorer' }]);
  const entries: readonly MenuItem[] = menus['weightSteering.explorer'];
  for (const situation of situations) {
    const shown = entries.filter(({ when = '' }) => holds(when, situation));
    expect(shown.length, JSON.stringify(situation)).toBeLessThanOrEqual(8);
    expect(shown.length).toBeGreaterThan(0);
  }
  for (const { when } of entries) expect(when).toMatch(/resource(?:Path|Filename)/);
});

test('the views are those of the extension, each with a welcome', () => {
  expect(viewsContainers.activitybar).toMatchObject([{ id: 'weightSteering', title: 'Weight Steering' }]);
  const ids = views.weightSteering.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(Object.values(viewIds));
  expect(new Set(viewsWelcome.map(({ view }: { view: string }) => view))).toEqual(new Set(ids));
});

test('the editors are those of the extension; only names that mean weights are theirs unasked', () => {
  const { customEditors } = manifest.contributes;
  const patterns = customEditors.map(
    ({
      viewType,
      priority,
      selector,
    }: Record<string, unknown> & { selector: { filenamePattern: string }[] }) => [
      viewType,
      priority,
      selector.map(({ filenamePattern }) => filenamePattern),
    ],
  );
  expect(patterns).toEqual([
    [editorIds.model, 'default', ['*.safetensors', '*.gguf']],
    [editorIds.torchModel, 'option', ['*.bin', '*.pt', '*.pth']],
  ]);
});

test('welcomes and walkthrough link to commands that there are', () => {
  const links = Object.values(translations).flatMap((each) => [...each.matchAll(/\(command:([\w.]+)\)/g)]);
  expect(links.length).toBeGreaterThan(5);
  for (const [, command] of links) {
    expect([...Object.values<string>(commandIds), 'vscode.openFolder']).toContain(command);
  }
});

test('the walkthrough has five steps, each completed by doing it', () => {
  const [{ steps }] = walkthroughs;
  const events = steps.map(({ completionEvents }: { completionEvents: string[] }) => completionEvents);
  expect(events).toEqual(Object.values(milestones).map((key) => [`onContext:${key}`]));
});

test('the settings are those of the extension: scoped, documented, and not taken from untrusted folders', () => {
  const ids = Object.keys(configuration.properties);
  expect(ids).toEqual(Object.values(settingIds));
  for (const id of ids) {
    expect(configuration.properties[id]).toMatchObject({ scope: 'machine-overridable' });
    expect(translated(configuration.properties[id].markdownDescription)).toMatch(/^[A-Z].*\.$/);
  }
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  expect(untrustedWorkspaces).toMatchObject({ supported: 'limited', restrictedConfigurations: ids });
  expect(virtualWorkspaces.supported).toBe(false);
});

test('every text of package.json that can be translated is there, and none that is not used', async () => {
  const used = [...(await text('package.json')).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
  expect(new Set(used)).toEqual(new Set(Object.keys(translations)));
});

test('the texts for translators are those of the sources (`npm run l10n` writes them anew)', async () => {
  expect(await readFile(bundlePath, 'utf8')).toBe(await bundleText());
});

test('a text that translators would not see is an error', () => {
  expect(textsIn("l10n.t('one \\'two\\'') + vscode.l10n.t(\n  'three {0}',\n x)")).toEqual([
    "one 'two'",
    'three {0}',
  ]);
  expect(textsIn("t('four') + format('x') + that.t('y')")).toEqual(['four']);
  expect(() => textsIn('l10n.t(message)')).toThrow(/Not a plain text/);
});

test('texts are in the tone of the product', async () => {
  const all = [
    ...Object.values(translations),
    ...Object.keys(JSON.parse(await text('l10n/bundle.l10n.json'))),
  ];
  for (const each of all) expect(each).not.toMatch(/\bplease\b|\bsuccessfully\b|!(?!\[)/i);
});

test('whatever holds a model or recipe that the window looks for starts the extension', () => {
  const patterns = /\{(.*)\}/.exec(telling)?.[1]?.split(',') ?? [];
  const events: readonly string[] = manifest.activationEvents;
  const contained = events.filter((event) => event.startsWith('workspaceContains:'));
  expect(contained.toSorted()).toEqual(patterns.map((name) => `workspaceContains:**/${name}`).toSorted());
});

test('recipes have one language, with its grammar, its settings and its schema', () => {
  expect(languages[0]).toMatchObject({ id: languageId, extensions: ['.steer.yaml', '.steer.yml'] });
  expect(languages[2]).toMatchObject({ id: dryRunLanguageId });
  expect(grammars[0]).toMatchObject({ language: languageId, scopeName: 'source.steer-recipe' });
  const known = [languageId, headerLanguageId, dryRunLanguageId].map((id) => `[${id}]`);
  expect(Object.keys(configurationDefaults)).toEqual(known);
  expect(yamlValidation[0].fileMatch).toEqual(
    languages[0].extensions.map((extension: string) => `*${extension}`),
  );
});

test('headers as text have a language of their own', async () => {
  expect(languages[1]).toMatchObject({ id: headerLanguageId, extensions: ['.weight-header'] });
  const grammar = JSON.parse(await text('media/weightHeader.tmLanguage.json'));
  expect(grammars[1]).toMatchObject({ language: headerLanguageId, scopeName: grammar.scopeName });
});

test('what package.json names is there, and in the VSIX', async () => {
  const { configuration, icon } = languages[0];
  const icons = [
    viewsContainers.activitybar[0].icon,
    ...views.weightSteering.map(({ icon }: { icon: string }) => icon),
  ];
  const pages = walkthroughs[0].steps.map(({ media }: { media: { markdown: string } }) => media.markdown);
  const texts = ['package.nls.json', `${manifest.l10n}/bundle.l10n.json`];
  const headers = [languages[1].configuration, grammars[1].path];
  const paths = [
    ...headers,
    configuration,
    icon.light,
    icon.dark,
    grammars[0].path,
    yamlValidation[0].url,
    ...icons,
  ];
  const packed = (await text('test/fixtures/package.txt')).split('\n');
  for (const path of [...paths, ...pages, ...texts].map((path: string) => path.replace('./', ''))) {
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
