import { RequestFailure } from '#protocol/failure.ts';
import type { BaseSearch } from '#protocol/models.ts';
import { l10n } from 'vscode';
import { leave } from '../failures.ts';
import { nameFrom } from '../trees/modelRows.ts';
import type { Choice } from '../ui.ts';
import { candidates, checkpointsAmong, findBase, type Searching } from './searchBase.ts';
import type { Tools } from './tools.ts';

type Base = string | null | undefined;
type Choosing = Pick<Tools, 'ui' | 'folders'> & Searching;

/** The base of these models; undefined: what they name is here; null: the user goes on without one. */
export async function chooseBase(sides: readonly string[], tools: Choosing): Promise<Base> {
  const own = await checkpointsAmong(sides, tools);
  const adapters = sides.filter((path) => !own.includes(path));
  if (adapters.length === 0) return await chooseCheckpoint(sides, tools);
  const search = await findBase(adapters, await candidates(own, tools), tools);
  if (search.found !== null) return undefined;
  const side = search.candidates.find(({ path }) => own.includes(path));
  return side?.path ?? (await ask(adapters, search, tools));
}

/** Two checkpoints name no base: it may be one of them. */
async function chooseCheckpoint(sides: readonly string[], tools: Choosing): Promise<Base> {
  const others = (await candidates([], tools)).filter((path) => !sides.includes(path));
  const choices = [...sides.toReversed(), ...others].map((path) => ({
    label: nameFrom(path, tools.folders()),
    description: path,
    icon: 'package',
    value: async (): Promise<Base> => path,
  }));
  const folder = {
    label: l10n.t('Choose Folder…'),
    icon: 'folder',
    value: () => tools.ui.chooseFolder(l10n.t('Base')),
  };
  return await (
    await tools.ui.pick<() => Promise<Base>>([...choices, folder, without()], question())
  )();
}

async function ask(adapters: readonly string[], search: BaseSearch, tools: Choosing): Promise<Base> {
  const fitting = search.candidates.map(({ path, reference }) => ({
    label: reference === path ? nameFrom(path, tools.folders()) : reference,
    description: path,
    icon: 'package',
    value: async (): Promise<Base> => path,
  }));
  const folder = {
    label: l10n.t('Choose Folder…'),
    icon: 'folder',
    value: () => chosenFolder(adapters, tools),
  };
  const choices = [...fitting, folder, ...download(search, tools), without()];
  return await (
    await tools.ui.pick<() => Promise<Base>>(choices, question(search.named))
  )();
}

function question(named: string | null = null) {
  return {
    title: l10n.t('Base of the fine-tunes'),
    placeholder:
      named === null
        ? l10n.t('Which model did they start from?')
        : l10n.t('{0} is not here. Which model did they start from?', named),
  };
}

function without(): Choice<() => Promise<Base>> {
  return {
    label: l10n.t('Continue Without Base'),
    detail: l10n.t('Two adapters can be contrasted and written as an adapter without it.'),
    icon: 'debug-step-over',
    value: async () => null,
  };
}

function download({ download }: BaseSearch, { ui }: Choosing): readonly Choice<() => Promise<Base>>[] {
  if (download === null) return [];
  const value = async () => {
    await ui.copy(download);
    ui.remark(l10n.t('Copied: {0}', download));
    return leave();
  };
  return [{ label: l10n.t('Copy Download Command'), detail: download, icon: 'copy', value }];
}

async function chosenFolder(adapters: readonly string[], tools: Choosing): Promise<string> {
  const folder = await tools.ui.chooseFolder(l10n.t('Base'));
  const { found, candidates, refused } = await findBase(adapters, [folder], tools);
  if (found?.path === folder || candidates.some(({ path }) => path === folder)) return folder;
  const message = refused.at(-1) ?? l10n.t('{0} does not fit: names or shapes differ.', folder);
  throw new RequestFailure({ code: 'wrong-base', message, subject: folder });
}
