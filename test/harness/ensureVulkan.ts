import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { run, say } from './install.ts';

const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];
const sources = '/etc/apt/sources.list.d/backports.list';

/**
 * Brings a Vulkan driver that renders on the CPU, so that WebGPU can be tested without a GPU: Mesa 25 from Debian 12's
 * backports (21 MB; its own Mesa 22 gives no adapter). Returns why there is none, or undefined where there is one.
 */
export async function ensureVulkan(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined; // Metal and Direct3D come with the system.
  if (await hasDriver()) return undefined;
  if (process.getuid?.() !== 0) return 'no Vulkan driver, and only root can install one';
  if (!readFileSync('/etc/os-release', 'utf8').includes('VERSION_CODENAME=bookworm')) {
    return 'no Vulkan driver, and this is not Debian 12';
  }
  try {
    say('Installing a software Vulkan driver (21 MB, once) …');
    await install();
    return undefined;
  } catch (error) {
    return `no Vulkan driver, and installing one failed: ${String(error)}`;
  }
}

async function hasDriver(): Promise<boolean> {
  const found = await Promise.all(drivers.map((folder) => readdir(folder).catch(() => [])));
  return found.flat().some((name) => name.endsWith('.json'));
}

async function install(): Promise<void> {
  await apt('update');
  const query = ['indextargets', '--format', '$(REPO_URI)', 'Codename: bookworm'];
  const [archive] = execFileSync('apt-get', query, { encoding: 'utf8' }).split('\n', 1);
  if (archive === undefined || archive === '') throw new Error('apt knows no archive of Debian 12');
  await writeFile(sources, `deb ${archive} bookworm-backports main\n`);
  await apt('update');
  const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
  await apt('install', '-y', '--no-install-recommends', '-t', 'bookworm-backports', ...packages);
}

async function apt(...args: string[]): Promise<void> {
  await run('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args], '/');
}

if (import.meta.main) say((await ensureVulkan()) ?? 'There is a Vulkan driver.');
