import { isAbsolute, join, normalize } from 'node:path';
import type { Device } from '#protocol/settings.ts';
import { l10n } from 'vscode';
import { settingIds } from './ids.ts';

/** The settings, checked. */
export interface Settings {
  /** Absolute. */
  readonly modelFolders: readonly string[];
  /** Absolute; null: the default place. */
  readonly hubCache: string | null;
  readonly bases: Readonly<Record<string, string>>;
  readonly device: Device;
  /** What was wrong and therefore left out, a sentence each. */
  readonly problems: readonly string[];
}

/** The settings as VS Code has them, whatever the user has written there. */
export type RawSettings = Readonly<Record<keyof typeof settingIds, unknown>>;

/** Takes what is right, leaves out what is not, and says so. `home` is what `~` stands for. */
export function toSettings(raw: RawSettings, home: string): Settings {
  const problems: string[] = [];
  const refuse = (problem: string) => void problems.push(problem);
  const folder = (id: string) => (value: unknown) => toFolder(value, { id, home, refuse });
  return {
    modelFolders: toList(raw.modelFolders, refuse).flatMap(folder(settingIds.modelFolders)),
    hubCache: isEmpty(raw.hubCache) ? null : (folder(settingIds.hubCache)(raw.hubCache)[0] ?? null),
    bases: toBases(raw.bases, home, refuse),
    device: toDevice(raw.device, refuse),
    problems,
  };
}

type Refuse = (problem: string) => void;

function toList(value: unknown, refuse: Refuse): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isEmpty(value)) refuse(l10n.t('{0} is not a list of folders.', settingIds.modelFolders));
  return [];
}

interface FolderOptions {
  readonly id: string;
  readonly home: string;
  readonly refuse: Refuse;
}

function toFolder(value: unknown, { id, home, refuse }: FolderOptions): readonly string[] {
  const path = typeof value === 'string' ? expanded(value.trim(), home) : '';
  if (isAbsolute(path)) return [normalize(path)];
  refuse(
    l10n.t('{0} has {1}, which is neither an absolute path nor one that begins with ~.', id, shown(value)),
  );
  return [];
}

function toBases(value: unknown, home: string, refuse: Refuse): Readonly<Record<string, string>> {
  if (isEmpty(value)) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    refuse(l10n.t('{0} is not an object of names and places.', settingIds.bases));
    return {};
  }
  const entries = Object.entries(value ?? {}).flatMap(([name, place]: [string, unknown]) => {
    if (typeof place === 'string' && place.trim() !== '') return [[name, expanded(place.trim(), home)]];
    refuse(l10n.t('{0} has no path or Hub id for {1}.', settingIds.bases, shown(name)));
    return [];
  });
  return Object.fromEntries(entries);
}

const devices: readonly Device[] = ['auto', 'cpu', 'webgpu'];

function toDevice(value: unknown, refuse: Refuse): Device {
  const device = devices.find((each) => each === value);
  if (device === undefined && !isEmpty(value)) {
    refuse(l10n.t('{0} is {1}, and has to be auto, cpu or webgpu.', settingIds.device, shown(value)));
  }
  return device ?? 'auto';
}

function expanded(path: string, home: string): string {
  return /^~(?:[\\/]|$)/.test(path) ? join(home, path.slice(1)) : path;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
