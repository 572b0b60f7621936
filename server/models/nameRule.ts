import { quote } from '../tensors/jsonScanner.ts';
import { closestName } from './closestName.ts';

/** What models and the adapters trained on parts of them put before their names. */
const prefixes = ['model.', 'transformer.', 'gpt_neox.', 'language_model.'] as const;

/** One way to turn an adapter's names into a checkpoint's. */
export interface NameRule {
  /** For messages, after "names": `as they are`, `with "model." added` … */
  readonly label: string;
  /** Undefined where the rule cannot be applied to this name. */
  readonly rename: (name: string) => string | undefined;
}

const exact: NameRule = { label: 'as they are', rename: (name) => name };

const changes: readonly NameRule[] = prefixes.flatMap((prefix) => [
  { label: `with "${prefix}" added`, rename: (name: string) => `${prefix}${name}` },
  {
    label: `with "${prefix}" removed`,
    rename: (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined),
  },
]);

/**
 * What transformers 4.52 and later call the parts of models that see, and what their files call them: the language
 * model in one of two ways (Gemma 3 and LLaVA, Qwen2-VL), all other parts without `model.`
 * (transformers 5, `conversion_mapping.py`).
 */
const inMiddle: readonly NameRule[] = [
  middle('language_model.model.', 'language_model.lm_head.'),
  middle('model.', 'lm_head.'),
].flat();

function middle(body: string, head: string): readonly NameRule[] {
  const parts = [
    ['model.language_model.', body],
    ['lm_head.', head],
    ['model.', ''],
  ] as const;
  const back = parts.map(([loaded, stored]) => [stored, loaded] as const);
  return [
    { label: `with "model.language_model." as "${body}"`, rename: (name: string) => replaced(name, parts) },
    { label: `with "${body}" as "model.language_model."`, rename: (name: string) => replaced(name, back) },
  ];
}

function replaced(name: string, parts: readonly (readonly [from: string, to: string])[]): string | undefined {
  const part = parts.find(([from]) => name.startsWith(from));
  return part === undefined ? undefined : `${part[1]}${name.slice(part[0].length)}`;
}

/**
 * The one rule under which all names are a checkpoint's: as they are, else with one prefix added or removed, the same
 * for all; else with a part in the middle renamed. A string is why there is none, or why it is not known which.
 */
export function ruleFor(names: readonly string[], known: ReadonlySet<string>): NameRule | string {
  const missed = (rule: NameRule) => names.filter((name) => !known.has(rule.rename(name) ?? ''));
  if (missed(exact).length === 0) return exact;
  const ranked = [exact, ...changes]
    .map((rule) => ({ rule, missing: missed(rule) }))
    .toSorted((one, other) => one.missing.length - other.missing.length);
  const plain = ranked.filter(({ missing }) => missing.length === 0);
  const others = inMiddle.map((rule) => ({ rule, missing: missed(rule) }));
  const fitting = plain.length > 0 ? plain : others.filter(({ missing }) => missing.length === 0);
  const [best] = ranked;
  if (fitting.length > 1)
    return ambiguous(
      names,
      fitting.map(({ rule }) => rule),
    );
  if (fitting[0] !== undefined) return fitting[0].rule;
  return unknown(best?.missing ?? names, best?.rule ?? exact, known);
}

function ambiguous(names: readonly string[], rules: readonly NameRule[]): string {
  const ways = rules.map(({ label }) => label).join(' or ');
  return `it is not known whether its names (${listed(names)}) are meant ${ways}: all of them fit`;
}

function unknown(
  missing: readonly string[],
  { rename, label }: NameRule,
  known: ReadonlySet<string>,
): string {
  const nearest = missing
    .slice(0, 3)
    .map((name) => closestName(rename(name) ?? name, known))
    .filter((name) => name !== undefined);
  const hint = nearest.length === 0 ? '' : `; the nearest there: ${listed([...new Set(nearest)])}`;
  return `has no ${listed(missing)}${missing.length > 3 ? ` … (${missing.length} in all)` : ''}, taken ${label}${hint}`;
}

function listed(names: readonly string[]): string {
  return names.slice(0, 3).map(quote).join(', ');
}
