import { l10n } from 'vscode';
import { modelAt, pickModel } from './pick.ts';
import type { Tools } from './tools.ts';

/** *Copy Load Command*: how to load a checkpoint or adapter in Python, or serve it; a choice where there are several ways. */
export async function copyLoadCommand(paths: readonly string[], tools: Tools): Promise<void> {
  const { ui, call, reach } = tools;
  const title = l10n.t('Copy Load Command');
  const kinds = ['checkpoint', 'adapter'] as const;
  const [given] = paths;
  const path =
    given === undefined
      ? await pickModel({ kinds, title, placeholder: l10n.t('Model') }, tools)
      : modelAt(given, tools);
  const ways = await call('models/loadCommands', { path });
  const choices = ways.map(({ label, command }) => ({ label, detail: command, value: command }));
  const [only, another] = choices;
  const command =
    only !== undefined && another === undefined
      ? only.value
      : await ui.pick(choices, { title, placeholder: l10n.t('Load with') });
  await ui.copy(command);
  ui.remark(l10n.t('Copied: {0}', command));
  reach('load');
}
