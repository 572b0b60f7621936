import { fileURLToPath } from 'node:url';
import { readJson } from '../../support/json.ts';

/** What transformers wrote of a small model of each architecture. */
interface Architecture {
  readonly model_type: string;
  readonly tie_word_embeddings: boolean | null;
  /** Roles by transformers' own names, which for models of pictures are not those of the file. */
  readonly tied: readonly { readonly head: string; readonly embedding: string }[];
  /** Of the tensors in the file; every model has two layers. */
  readonly names: readonly string[];
}

interface Architectures {
  /** `model_type`s whose configuration ties the embeddings unless it says otherwise. */
  readonly tiedByDefault: readonly string[];
  readonly models: Readonly<Record<string, Architecture>>;
}

const file = new URL('../../fixtures/places/architectures.json', import.meta.url);

export const { models, tiedByDefault } = readJson<Architectures>(fileURLToPath(file));

export function namesOf(architecture: string): readonly string[] {
  return models[architecture]?.names ?? [];
}
