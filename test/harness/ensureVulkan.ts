import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { run, say } from './install.ts';

const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];
/** A file of our own, so that no source of the machine's is overwritten; writing it again changes nothing. */
const sources = '/etc/apt/sources.list.d/weight-steering-backports.list';

/**
 * Brings a Vulkan driver that renders on the CPU, so that WebGPU can be tested without a GPU: Mesa 25 from Debian 12's
 * backports (21 MB; its own Mesa 22 gives no adapter). Returns why there is none, or undefined where there is one;
 * never throws, because a machine without a driver is no failure of a test.
 */
export async function ensureVulkan(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined; // Metal and Direct3D come with the system.
  if (await hasDriver()) return undefined;
  if (process.getuid?.() !== 0) return 'no Vulkan driver, and only root can install one';
  try {
    const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
    if (!system.includes('VERSION_CODENAME=bookworm')) return 'no Vulkan driver, and this is not Debian 12';
    say('Installing a software Vulkan driver (21 MB, once) …');
    await install();
    return (await hasDriver()) ? undefined : 'no Vulkan driver, and the packages brought none';
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
  try {
    await apt('update');
    const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
    await apt('install', '-y', '--no-install-recommends', '-t', 'bookworm-backports', ...packages);
  } catch (error) {
    await rm(sources, { force: true }); // A source that fails would spoil every later `apt-get update`.
    throw error;
  }
}

async function apt(...args: string[]): Promise<void> {
  await run('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args], '/');
}

if (import.meta.main) say((await ensureVulkan()) ?? 'There is a Vulkan driver.');
