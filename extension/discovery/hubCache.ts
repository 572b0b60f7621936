import { homedir } from 'node:os';
import { join } from 'node:path';
import { isThere } from '../isThere.ts';

/** Whether there is a Hub cache to look into. */
export function hasHubCache(setting: string | null, environment: NodeJS.ProcessEnv): Promise<boolean> {
  return isThere(hubCacheFolder(setting, environment));
}

/** Where huggingface_hub keeps what it downloads, unless the setting says otherwise. An empty variable is none. */
function hubCacheFolder(setting: string | null, environment: NodeJS.ProcessEnv): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  return setting ?? (HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(home, 'hub'));
}
