import { endWithout } from './spaces.ts';

type Node = Record<string, unknown>;

/** What Python calls a space: Unicode's white space, and four separators. */
const space = String.raw`[\p{White_Space}\x1c-\x1f]`;

/** By the name that a template's nodes call them by, which no template writes. */
export const stripFunctions: Readonly<Record<string, (text: unknown, characters?: unknown) => string>> = {
  ' strip': (text, characters) => stripped(stripped(text, characters, 'left'), characters, 'right'),
  ' lstrip': (text, characters) => stripped(text, characters, 'left'),
  ' rstrip': (text, characters) => stripped(text, characters, 'right'),
};

/**
 * Changes a parsed template (`@huggingface/jinja`) to call Python's `strip`, `lstrip`, `rstrip` and the filter `trim`: the
 * library takes no characters to strip, and JavaScript's spaces.
 */
export function useStripFunctions(value: unknown): void {
  if (Array.isArray(value)) for (const each of value) useStripFunctions(each);
  if (!isNode(value)) return;
  for (const child of Object.values(value)) useStripFunctions(child);
  const { callee, operand, filter } = value;
  if (value['type'] === 'CallExpression' && isNode(callee) && callee['type'] === 'MemberExpression') {
    const name = nameOf(callee['property']);
    if (name !== undefined && /^[lr]?strip$/.test(name)) call(value, name, [callee['object'], value['args']]);
  }
  if (value['type'] === 'FilterExpression' && isNode(filter)) {
    const args = filter['type'] === 'CallExpression' ? filter['args'] : [];
    const name = filter['type'] === 'CallExpression' ? nameOf(filter['callee']) : nameOf(filter);
    if (name === 'trim') call(value, 'strip', [operand, args]);
  }
}

function call(node: Node, name: string, args: readonly unknown[]): void {
  const callee = { type: 'Identifier', value: ` ${name}` };
  Object.assign(node, { type: 'CallExpression', callee, args: args.flat() });
}

function nameOf(node: unknown): string | undefined {
  const value = isNode(node) && node['type'] === 'Identifier' ? node['value'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stripped(text: unknown, characters: unknown, side: 'left' | 'right'): string {
  if (typeof text !== 'string') throw new TypeError('only text can be stripped');
  const set = typeof characters === 'string' ? setOf(characters) : space;
  if (side === 'left') return text.replace(new RegExp(`^${set}+`, 'u'), '');
  const one = new RegExp(`^${set}$`, 'u');
  return text.slice(
    0,
    endWithout(text, (character) => one.test(character)),
  );
}

/** Any of these characters; of none, one that there is not. */
function setOf(characters: string): string {
  const codes = Array.from(characters, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);
  return codes.length === 0 ? '[^\\s\\S]' : `[${codes.join('')}]`;
}
