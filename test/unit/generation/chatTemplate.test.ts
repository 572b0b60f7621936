import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Message, renderChat } from '../../../server/generation/chatTemplate.ts';
import { parseJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

interface Fixture {
  readonly tokens: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
  readonly conversations: readonly (readonly Message[])[];
  readonly cases: readonly {
    readonly name: string;
    readonly conversation: number;
    readonly text?: string;
    readonly refused?: string;
  }[];
}

const { tokens, templates, conversations, cases } = parseJson<Fixture>(
  readFileSync(join(root, 'test/fixtures/generation/templates.json'), 'utf8'),
);
const { signal } = new AbortController();
const hello = [{ role: 'user', content: 'Hello' }] as const;

async function render(config: object, messages: readonly Message[], file?: string): Promise<string> {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'tokenizer_config.json'), JSON.stringify(config));
  if (file !== undefined) writeFileSync(join(folder.path, 'chat_template.jinja'), file);
  return await renderChat(folder.path, messages, signal);
}

afterEach(() => void vi.useRealTimers());

test.each(cases)('$name gives what transformers gives', async ({ name, conversation, text, refused }) => {
  // The day of the fixtures, for templates that have today's date.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 2, 7, 12) });
  const found = render({ ...tokens, chat_template: templates[name] }, conversations[conversation]!);
  if (refused === undefined) expect(await found).toBe(text);
  else await expect(found).rejects.toThrow(refused);
});

test('ten families and more are among them, and each takes a conversation', () => {
  const taken = new Set(cases.filter(({ text }) => text !== undefined).map(({ name }) => name));
  expect([...taken].toSorted()).toEqual(Object.keys(templates).toSorted());
  expect(taken.size).toBeGreaterThan(10);
});

test('the default of several templates is taken, and a file goes before it', async () => {
  const config = {
    bos_token: { content: '<s>' },
    chat_template: [
      { name: 'rag', template: 'rag' },
      { name: 'default', template: 'default{{ bos_token }}' },
    ],
  };
  expect(await render(config, hello)).toBe('default<s>');
  expect(await render(config, hello, 'a\r\nfile')).toBe('a\nfile');
});

test.each([
  ['', '{% if messages[0].content != false %}x{% endif %}', 'is empty or a number'],
  ['👩', "{{ messages[0]['content'] | length }}", 'beyond U+FFFF'],
  ['👩', '{{ messages[0].content[1:] }}', 'beyond U+FFFF'],
  ['a\u0085b', '{{ messages[0].content.split()[0][0:1] }}', 'splits a message at spaces'],
])('refuses the message %j where the template is not exact for it', async (content, template, why) => {
  const config = { chat_template: template };
  await expect(render(config, [{ role: 'user', content }])).rejects.toThrow(why);
  expect(await render(config, hello)).toMatch(/^(?:x|5|ello|H)$/);
});

test.each([
  [{}, 'has no chat template'],
  [{ chat_template: '{% for m in messages %}{{ m.role }}{% break %}{% endfor %}' }, 'leaves a loop early'],
  [{ chat_template: '{% raw %}{{ x }}{% endraw %}' }, 'holds a raw block'],
  [{ chat_template: '{{ strftime_now("%A") }}' }, 'writes the date in an unknown form'],
  [{ chat_template: '{{ messages }}' }, 'prints a list'],
  [{ chat_template: '{{ pad_token is defined }}' }, 'prints True or False'],
  [{ chat_template: '{{ messages | nothing }}' }, 'does not take this conversation'],
])('refuses %j', async (config, why) => {
  await expect(render(config, hello)).rejects.toMatchObject({
    code: 'unsupported-format',
    message: expect.stringContaining(why),
  });
});
