import { stringify } from 'yaml';
import { referenceProblem, spelled, toReference, type WrittenReference } from './modelReference.ts';

export interface NewRecipe {
  readonly name: string;
  /** Undefined where none is known: the recipe then says so in a comment. */
  readonly base?: WrittenReference;
  readonly positive: WrittenReference;
  readonly negative: WrittenReference;
  readonly target?: WrittenReference;
}

/** The commented recipe that `init` writes. `parseRecipe` has nothing against it, and reads the same references from it. */
export function recipeText({ name, base, positive, negative, target }: NewRecipe): string {
  return `# Steers a model along the difference of two fine-tunes of one base.
name: ${quoted(name)}

# The model that both fine-tunes started from.
${base === undefined ? '# base: PATH or ORG/NAME' : `base: ${reference(base)}`}

# Shows the behaviour.
positive: ${reference(positive)}
# Shows its opposite. \`negative: base\` takes the way from the base instead.
negative: ${reference(negative)}

# What is steered. Left out, it is the base.
${target === undefined ? '# target: base+ADAPTER' : `target: ${reference(target)}`}

# How far to go, of either sign: 1 is the whole way from negative to positive.
# Several at once: strength: [-1, 0.5, 1.5]
strength: 1

# What moves. Left out, everything that differs.
# modules: [attention, mlp]      # also embeddings, head, norms, or short names such as q_proj
# layers: 4-20                   # both ends included, from 0
# schedule: [0.5, 1]             # factors, linear from the first layer to the last

output:
  path: out/{name}-{strength}    # {strength} is k1
  format: auto                   # adapter where the change is low-rank, else checkpoint
`;
}

/** The short spelling where it says the same, else the mapping. */
function reference(written: WrittenReference): string {
  const { model, revision, adapter } = toReference(written);
  const parts = {
    model,
    ...(revision !== undefined && { revision }),
    ...(adapter !== undefined && { adapter }),
  };
  const text = spelled(parts);
  const read = toReference(text);
  const isSame = read.model === model && read.revision === revision && read.adapter === adapter;
  if (isSame && referenceProblem(text) === undefined) return quoted(text);
  const entries = Object.entries(parts).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `{ ${entries.join(', ')} }`;
}

/** As YAML writes a text in one line, in quotes only where it must. */
function quoted(text: string): string {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return JSON.stringify(text);
  return stringify(text, { lineWidth: 0, blockQuote: false }).trimEnd();
}
