import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { isThere } from '../models/isThere.ts';
import { isJsonObject, type JsonObject, readJsonFile } from '../models/jsonFile.ts';
import { bounded } from './bounded.ts';
import { stripFunctions, useStripFunctions } from './pythonStrip.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Real templates have up to 30 kB. */
const largest = 2 ** 20;

const specialTokens = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`);

/** What the library renders otherwise than Jinja2, or drops without a word. */
const inexact: readonly (readonly [RegExp, string])[] = [
  [/\{%[-+]?\s*(?:break|continue)\b/, 'leaves a loop early'],
  [/\{%[-+]?\s*raw\b/, 'holds a raw block'],
  [/\bstrftime_now\s*\(\s*(?!(["'])(?:[^%"']|%[dbYHMB])*\1\s*\))/, 'writes the date in an unknown form'],
  [
    /\{\{[-+]?\s*(?:messages|message|tools|documents)\s*[-+]?\}\}/,
    'prints a list or an object as Python does',
  ],
  [
    /\{\{(?:(?!\}\}|["']|\bif\b).)*(?:\b(?:is|not|true|false)\b|[!=]=)(?:(?!["']|\bif\b).)*?\}\}/i,
    'prints True or False',
  ],
];

/** What it renders otherwise for some messages alone: `==` is JavaScript's, and lengths count halves of characters. */
const inexactFor: readonly (readonly [message: (text: string) => boolean, RegExp, string])[] = [
  [
    (text) => !Number.isNaN(Number(text)),
    /[!=]=\s*(?:true|false)\b|\b(?:true|false)\s*[!=]=/i,
    'compares a message that is empty or a number with true or false',
  ],
  [
    (text) => /[^\P{Cc}\t\n\v\f\r]|\ufeff/u.test(text),
    /\.\s*split\s*\(\s*\)/,
    'splits a message at spaces that JavaScript counts otherwise',
  ],
  [
    (text) => /[\u{10000}-\u{10ffff}]/u.test(text),
    /content\w*(?:['"]\])?\s*(?:\|\s*trim\s*)?(?:\|\s*(?:length|count)\b|\[[^\]'"]*:)/,
    'counts the characters of a message that has some beyond U+FFFF',
  ],
];

/**
 * A conversation as the text that the model's own chat template makes of it, with the beginning of the answer.
 * `unsupported-format` where there is no template, or one that is not rendered exactly; where the template itself
 * refuses the conversation, such as a system message, in its words. `too-large` where it does not end.
 */
export async function renderChat(
  folder: string,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<string> {
  const configPath = join(folder, 'tokenizer_config.json');
  const config = (await isThere(configPath)) ? await readJsonFile(configPath, signal) : {};
  const { path, source } = await readTemplate(folder, config, signal);
  const refuse = (problem: string, cause?: unknown) =>
    new ServerError('unsupported-format', path, problem, { cause });
  const reason = bounded(path, () => whyInexact(source, messages));
  if (reason !== undefined) throw refuse(`has a chat template that ${reason}, which is not rendered here`);
  try {
    return bounded(path, () => rendered(source, { ...specialTokensOf(config), messages }));
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(`has a chat template that does not take this conversation: ${why}`, error);
  }
}

function rendered(source: string, values: object): string {
  const template = new Template(source);
  useStripFunctions(template.parsed);
  return template.render({
    ...stripFunctions,
    ...values,
    tools: null,
    documents: null,
    add_generation_prompt: true,
  });
}

function whyInexact(source: string, messages: readonly Message[]): string | undefined {
  const always = inexact.find(([pattern]) => pattern.test(source));
  const here = inexactFor.find(
    ([isSuch, pattern]) => messages.some(({ content }) => isSuch(content)) && pattern.test(source),
  );
  return always?.[1] ?? here?.[2];
}

/** Where transformers looks, in its order. */
async function readTemplate(folder: string, config: JsonObject, signal: AbortSignal) {
  const path = join(folder, 'chat_template.jinja');
  if (await isThere(path)) return { path, source: await readText(path, signal) };
  const stored = config['chat_template'];
  const named: readonly unknown[] = Array.isArray(stored) ? stored : [];
  const standard = named.filter(isJsonObject).find(({ name }) => name === 'default')?.['template'];
  const source = typeof stored === 'string' ? stored : standard;
  if (typeof source === 'string') return { path: join(folder, 'tokenizer_config.json'), source };
  throw new ServerError('unsupported-format', folder, 'has no chat template; --prompt takes text as it is');
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  await using file = await openFile(path, signal);
  if (file.size > largest)
    throw new ServerError('too-large', path, `has ${file.size} bytes; the limit is ${largest}`);
  // Python's text mode: every line break is \n, and a byte order mark stays.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await file.read(0, file.size, signal));
  return text.replaceAll(/\r\n?/g, '\n');
}

/** `bos_token` and the like, which are strings or objects with a `content`. */
function specialTokensOf(config: JsonObject): Record<string, string> {
  const found = specialTokens.flatMap((name) => {
    const value = config[name];
    const text = isJsonObject(value) ? value['content'] : value;
    return typeof text === 'string' ? [[name, text] as const] : [];
  });
  return Object.fromEntries(found);
}
