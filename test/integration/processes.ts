import { readdir, readFile } from 'node:fs/promises';

export const isLinux = process.platform === 'linux';

/** For the titles of tests that look into /proc. */
export const skipped = isLinux ? '' : ' (skipped: finds processes in /proc)';

/** The processes that one has started from a script of this name. */
export async function childrenOf(parent: number, script: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat = '', command = ''] = await Promise.all(
        ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      const isChild = new RegExp(`\\) [A-Z] ${parent} `).test(stat);
      return isChild && command.includes(script) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
