/** What an editor tells the server of its settings and its window. */
export interface ServerSettings {
  readonly device: Device;
  /** The Hub cache's folder; null: where huggingface_hub has it. */
  readonly hubCache: string | null;
  /** From the name of a base, as an adapter records it, to where that base is here: a path or Hub id. */
  readonly bases: Readonly<Record<string, string>>;
  /** Absolute paths of the folders that are open: where relative names of bases are looked for. */
  readonly folders: readonly string[];
  /** In a window that does not trust its folders nothing is written and no device is used. */
  readonly trusted: boolean;
}

export type Device = 'auto' | 'cpu' | 'webgpu';
