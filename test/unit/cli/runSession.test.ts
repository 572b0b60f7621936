import { expect, test } from 'vitest';
import { runSession } from '../../../server/cli/runSession.ts';
import { ServerError } from '../../../server/errors.ts';

/** What a command that warns of this and then fails prints to standard error. */
async function printed(warned: string): Promise<string> {
  let text = '';
  const write = (part: string) => void (text += part);
  const { signal } = new AbortController();
  const status = await runSession(
    ({ warnings }) => {
      warnings.add({ code: warned, message: 'No base was found. Tried: "base".' });
      throw new ServerError('base-not-found', '/recipes', 'needs a base');
    },
    { folder: '/', json: false, signal, stdout: { write }, stderr: { write, isTTY: false } },
  );
  expect(status).toBe(2);
  return text;
}

test('a failure says what a warning of the same code has said before', async () => {
  expect(await printed('base-not-found')).toBe(
    'error: /recipes: needs a base. No base was found. Tried: "base".\n',
  );
});

test('other warnings are not the reason', async () => {
  expect(await printed('no-config')).toBe('error: /recipes: needs a base\n');
});
