import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar as YamlScalar,
} from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostic, DiagnosticCode, Range } from './diagnostic.ts';
import { Lines } from './lines.ts';
import { shortened } from './shortened.ts';
import type { Entry, Tree } from './tree.ts';

/** UTF-16 units. A recipe has some hundreds; a full megabyte of YAML would cost seconds and hundreds of megabytes. */
export const maxRecipeLength = 128 * 1024;

export interface ReadTree {
  /** Undefined where the text is not YAML, uses aliases, or is nothing at all. */
  readonly tree: Tree | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads YAML 1.2 with the core schema, one document; never throws. Aliases are refused, so that nothing multiplies. */
export function readTree(text: string): ReadTree {
  if (text.length > maxRecipeLength) {
    const message = `This is ${text.length} characters long; a recipe has at most ${maxRecipeLength}.`;
    return { tree: undefined, diagnostics: [problem('too-large', message, start)] };
  }
  // Its own search for duplicate keys compares every key with every other.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const reader = new TreeReader(new Lines(text));
  const errors = [...document.errors, ...document.warnings];
  // Too deep for the reader's stack: what else it says of the text is a consequence.
  const deepest = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const diagnostics = (deepest === undefined ? errors : [deepest]).map((error) => reader.syntax(error));
  if (diagnostics.length > 0) return { tree: undefined, diagnostics };
  return reader.read(document);
}

type YamlError = Document['errors'][number] | Document['warnings'][number];
type Offsets = readonly [start: number, end: number];

const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** What a value is without a tag too. */
const plainTags = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq))$/;

class TreeReader {
  readonly #lines: Lines;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  read({ contents }: Document): ReadTree {
    const isNothing = contents === null || (isScalar(contents) && contents.value === null);
    if (!isNothing) {
      const tree = this.#tree(contents, start);
      const isWhole = this.#diagnostics.every(({ code }) => code === 'duplicate-key');
      return { tree: isWhole ? tree : undefined, diagnostics: this.#diagnostics };
    }
    const message = 'The recipe is empty; it names at least the two fine-tunes `positive` and `negative`.';
    return { tree: undefined, diagnostics: [problem('empty-recipe', message, start)] };
  }

  syntax({ code, message, pos }: YamlError): Diagnostic {
    const range = this.#oneLine(pos);
    if (code === 'RESOURCE_EXHAUSTION') {
      return problem('yaml-syntax', 'This is nested far deeper than any recipe.', range);
    }
    if (code === 'MULTIPLE_DOCS') {
      return problem('several-documents', 'A file holds one recipe; a second document begins here.', range);
    }
    if (code === 'TAB_AS_INDENT') {
      return problem('yaml-syntax', 'YAML is indented with spaces; this is a tab.', range);
    }
    return problem('yaml-syntax', `This is not YAML: ${cleaned(message)}.`, range);
  }

  /** `fallback` is what to underline where a value has no text of its own. */
  #tree(node: unknown, fallback: Range): Tree {
    this.#refuseTag(node, fallback);
    if (isMap(node)) return this.#mapping(node, fallback);
    if (isSeq(node)) return this.#list(node, fallback);
    if (isScalar(node))
      return { kind: 'scalar', value: scalarValue(node), range: this.#place(node, fallback) };
    if (isAlias(node)) {
      const message = `Recipes have no aliases: write out what *${shortened(node.source)} stands for.`;
      this.#diagnostics.push(problem('yaml-alias', message, this.#place(node, fallback)));
    }
    return { kind: 'scalar', value: null, range: fallback };
  }

  #refuseTag(node: unknown, fallback: Range): void {
    const tag = isMap(node) || isSeq(node) || isScalar(node) ? node.tag : undefined;
    if (tag === undefined || plainTags.test(tag)) return;
    const message = `Recipes have no ${shortened(tag.replace(/^tag:yaml.org,2002:/, '!!'))}: write plain text, numbers, lists and mappings.`;
    this.#diagnostics.push(problem('yaml-syntax', message, this.#place(node, fallback)));
  }

  #mapping(node: YAMLMap, fallback: Range): Tree {
    const entries = new Map<string, Entry>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        this.#diagnostics.push(problem('yaml-syntax', 'A key is a word.', this.#place(key, fallback)));
        continue;
      }
      const name = String(scalarValue(key));
      const place = this.#place(key, fallback);
      const entry = { key: place, value: this.#tree(value, place) };
      if (entries.has(name)) {
        const message = `\`${shortened(name)}\` is here twice; YAML would keep one of them and drop the other.`;
        this.#diagnostics.push(problem('duplicate-key', message, place));
      } else entries.set(name, entry);
    }
    return { kind: 'mapping', entries, range: this.#place(node, fallback) };
  }

  #list(node: YAMLSeq, fallback: Range): Tree {
    const range = this.#place(node, fallback);
    return { kind: 'list', items: node.items.map((item) => this.#tree(item, range)), range };
  }

  #place(node: unknown, fallback: Range): Range {
    const offsets = offsetsOf(node);
    return offsets === undefined || offsets[0] === offsets[1] ? fallback : this.#range(offsets);
  }

  #range([start, end]: Offsets): Range {
    return { start: this.#lines.positionAt(start), end: this.#lines.positionAt(end) };
  }

  /** What begins a long part stands for all of it. */
  #oneLine([start, end]: Offsets): Range {
    return this.#range([start, Math.max(start, Math.min(end, this.#lines.endOfLineAt(start)))]);
  }
}

function scalarValue({ value, source }: YamlScalar): string | number | boolean | null {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return source ?? ''; // `%YAML 1.1` has dates and more; here they are the text they are.
}

function offsetsOf(node: unknown): Offsets | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return undefined;
  const { range } = node;
  return range === null || range === undefined ? undefined : [range[0], range[1]];
}

function problem(code: DiagnosticCode, message: string, range: Range): Diagnostic {
  return { code, severity: 'error', message, range };
}

/** As part of a sentence of ours. */
function cleaned(message: string): string {
  return message.replace(/[.:]\s*$/, '').replace(/closing (["'])quote/, 'the closing $1');
}
