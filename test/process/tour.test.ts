import { cp } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const [, tour = ''] =
  /^## Five minutes$([^]*?)^## /m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
const commands = [...tour.matchAll(/^ {4}steer (.*)$/gm)].map(([, args = '']) => args);

test('the five minutes of README.md go through on the demo family, one command after the other', async () => {
  await using folder = await temporaryFolder();
  const cwd = join(folder.path, 'demo');
  await cp(join(root, 'media/demo'), cwd, { recursive: true, filter: isData });
  expect(commands).toContain('analyze my.steer.yaml');
  for (const args of commands) {
    const { code, stderr } = await steer(args.split(' '), { cwd });
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  }
});

/** What somebody has tried in the clone is not there for a stranger. */
function isData(path: string): boolean {
  return !path.startsWith(join(root, 'media/demo/out'));
}
