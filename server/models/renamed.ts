import type { Checkpoint } from './model.ts';
import { ruleFor } from './nameRule.ts';
import { isHead } from './tiedRoles.ts';

/**
 * A checkpoint with the names of its base where they differ by one prefix, the same for all but the head: GPT-2 on the
 * Hub has no `transformer.`, what was fine-tuned from it does. All names of one have to be found in the other; else,
 * and where more than one prefix would do, the names stay.
 */
export function renamed(checkpoint: Checkpoint, base: Checkpoint): Checkpoint {
  const names = newNames([...checkpoint.tensors.keys()], [...base.tensors.keys()]);
  if (names.size === 0) return checkpoint;
  const rename = (name: string) => names.get(name) ?? name;
  const tensors = new Map(
    [...checkpoint.tensors.values()].map((tensor) => {
      const name = rename(tensor.name);
      return [name, { ...tensor, name }];
    }),
  );
  if (tensors.size < checkpoint.tensors.size) return checkpoint;
  const files = checkpoint.files.map((file) => ({ ...file, tensors: file.tensors.map(rename) }));
  return { ...checkpoint, files, tensors };
}

/** What is renamed; nothing where the names fit as they are, or not at all. Either may have tensors the other lacks. */
function newNames(own: readonly string[], others: readonly string[]): ReadonlyMap<string, string> {
  const there = prefixRule(own, others);
  if (there !== undefined) return there;
  const back = prefixRule(others, own) ?? new Map();
  return new Map([...back].map(([other, name]) => [name, other]));
}

function prefixRule(
  names: readonly string[],
  known: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const prefixed = names.filter((name) => !isHead(name));
  const rule = ruleFor(prefixed, new Set(known));
  if (typeof rule === 'string') return undefined;
  return new Map(
    prefixed.flatMap((name) => {
      const other = rule.rename(name);
      return other === undefined || other === name ? [] : [[name, other]];
    }),
  );
}
