import { stringify } from 'yaml';
import { referenceProblem, spelled, toReference, type WrittenReference } from './modelReference.ts';

export type NewRecipe = NewParts & (NewContrast | NewStored);

interface NewParts {
  readonly name: string;
  /** Undefined where none is known: the recipe then says so in a comment. */
  readonly base?: WrittenReference;
  readonly target?: WrittenReference;
}

interface NewContrast {
  readonly positive: WrittenReference;
  readonly negative: WrittenReference;
}

interface NewStored {
  /** A stored direction's name, and its path as the recipe spells it. */
  readonly direction: { readonly name: string; readonly path: string };
}

/** The commented recipe that `init` writes. `parseRecipe` has nothing against it, and reads the same references from it. */
export function recipeText(recipe: NewRecipe): string {
  const { name, base, target } = recipe;
  return `${'direction' in recipe ? storedHeading : contrastHeading}
name: ${quoted(name)}

# The model that ${'direction' in recipe ? 'the direction was made on' : 'both fine-tunes started from'}.
${base === undefined ? '# base: PATH or ORG/NAME' : `base: ${reference(base)}`}

${'direction' in recipe ? storedSource(recipe) : contrastSource(recipe)}

# What is steered. Left out, it is the base.
${target === undefined ? '# target: base+ADAPTER' : `target: ${reference(target)}`}

${'direction' in recipe ? storedStrength : contrastStrength}

# What moves. Left out, everything that differs.
# modules: [attention, mlp]      # also embeddings, head, norms, or short names such as q_proj
# layers: 4-20                   # both ends included, from 0
# schedule: [0.5, 1]             # factors, linear from the first layer to the last
# rank: 8                        # of each tensor, the best approximation of this rank

output:
  path: out/{name}-{strength}    # {strength} is k1
  format: auto                   # adapter where the change is low-rank, else checkpoint
`;
}

const contrastHeading = '# Steers a model along the difference of two fine-tunes of one base.';
const storedHeading = '# Steers a model along a stored direction.';

function contrastSource({ positive, negative }: NewContrast): string {
  return `# Shows the behaviour.
positive: ${reference(positive)}
# Shows its opposite. \`negative: base\` takes the way from the base instead.
negative: ${reference(negative)}`;
}

const contrastStrength = `# How far to go, of either sign: 1 is the whole way from negative to positive.
# Several at once: strength: [-1, 0.5, 1.5]
strength: 1`;

function storedSource({ direction: { name, path } }: NewStored): string {
  return `# What moves it, and how far, of either sign. Several add up.
directions:
  - name: ${quoted(name)}
    path: ${quoted(path)}
    strength: 1`;
}

const storedStrength = `# A factor over all directions.
# Several at once: strength: [-1, 0.5, 1.5]
strength: 1`;

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
  return stringify(text, { lineWidth: 0, blockQuote: false }).replace(/\n$/, ''); // Not other space: names may end with it.
}
