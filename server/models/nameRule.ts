/** What models and the adapters trained on parts of them put before their names. */
const prefixes = ['model.', 'transformer.', 'gpt_neox.', 'language_model.'] as const;

/** One way to turn an adapter's names into a checkpoint's. */
export interface NameRule {
  /** For messages: `as they are`, `with "model." added` … */
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

/** The rules under which every name is one that `has` knows: the names as they are alone, where those fit. */
export function fittingRules(names: readonly string[], has: (name: string) => boolean): readonly NameRule[] {
  const fits = ({ rename }: NameRule) =>
    names.every((name) => {
      const renamed = rename(name);
      return renamed !== undefined && has(renamed);
    });
  return fits(exact) ? [exact] : changes.filter(fits);
}
