import { homedir } from 'node:os';
import type { ServerSettings } from '#protocol/settings.ts';
import * as vscode from 'vscode';
import { settingIds } from './ids.ts';
import { type Settings, toSettings } from './settings.ts';

/** The settings as they are now. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration();
  const raw = {
    modelFolders: configuration.get<unknown>(settingIds.modelFolders),
    hubCache: configuration.get<unknown>(settingIds.hubCache),
    bases: configuration.get<unknown>(settingIds.bases),
    device: configuration.get<unknown>(settingIds.device),
  };
  return toSettings(raw, homedir());
}

/** What the server is told of the settings and the window. */
export function serverSettings(): ServerSettings {
  const { device, hubCache, bases } = readSettings();
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return {
    device,
    hubCache,
    bases,
    folders: folders.map(({ uri }) => uri.fsPath),
    trusted: vscode.workspace.isTrusted,
  };
}

/** Calls back when the server should be told anew: settings, folders, or trust in them have changed. */
export function watchConfiguration(changed: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('weightSteering')) changed();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(changed),
    vscode.workspace.onDidGrantWorkspaceTrust(changed),
  );
}

/** The folders of the setting, which *Add Model Folder…* adds to for all windows of this machine. */
export const modelFolders = {
  read: () => readSettings().modelFolders,
  write: async (folders: readonly string[]) => {
    const target = vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration().update(settingIds.modelFolders, folders, target);
  },
};
