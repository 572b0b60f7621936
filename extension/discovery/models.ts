import { sep } from 'node:path';
import { Listeners } from '../listeners.ts';
import { classify } from './classify.ts';
import { type Place, withCheckpoints } from './place.ts';

/** Absolute paths of files that tell where models and recipes are. */
export interface Findings {
  readonly workspace: readonly string[];
  readonly added: readonly string[];
}

export type Find = (signal: AbortSignal) => Promise<Findings>;

interface Found {
  readonly workspace: readonly Place[];
  readonly added: readonly Place[];
  readonly recipes: readonly string[];
}

const nothing: Found = { workspace: [], added: [], recipes: [] };

/** The models, directions and recipes in the window's folders; looks again when it is told to. */
export class Models {
  readonly #find: Find;
  readonly #changed = new Listeners<Models>();
  #found = nothing;
  #looking = new AbortController();
  readonly #first = Promise.withResolvers<void>();

  constructor(find: Find) {
    this.#find = find;
  }

  readonly onDidChange = this.#changed.on;

  /** Settles when they have been looked for once: until then, that there are none means nothing. */
  get looked(): Promise<void> {
    return this.#first.promise;
  }

  get workspace(): readonly Place[] {
    return this.#found.workspace;
  }

  get added(): readonly Place[] {
    return this.#found.added;
  }

  get recipes(): readonly string[] {
    return this.#found.recipes;
  }

  /** All of them, checkpoints of training runs too, each once. */
  get places(): readonly Place[] {
    const all = withCheckpoints([...this.workspace, ...this.added]);
    return [...new Map(all.map((place) => [place.path, place])).values()];
  }

  /** What a folder, or a file that is part of one, is. */
  placeAt(path: string): Place | undefined {
    return this.places.find((place) => place.path === path || place.files.includes(path));
  }

  /** Whether a folder is, or holds, anything that was found. */
  isUnder(folder: string): boolean {
    const paths = [...this.places.map(({ path }) => path), ...this.recipes];
    return paths.some((path) => path === folder || path.startsWith(folder + sep));
  }

  /** The newest look wins: one that is still under way is given up. */
  async look(): Promise<void> {
    this.#looking.abort();
    const { signal } = (this.#looking = new AbortController());
    try {
      const files = await this.#find(signal);
      if (signal.aborted) return;
      this.#found = toFound(files);
      this.#changed.tell(this);
    } finally {
      if (!signal.aborted) this.#first.resolve();
    }
  }

  dispose(): void {
    this.#looking.abort();
    this.#first.resolve();
  }
}

function toFound({ workspace, added }: Findings): Found {
  return {
    workspace: classify(workspace),
    added: classify(added),
    recipes: [...workspace, ...added].filter(isRecipe).toSorted(),
  };
}

/** Whether a file is a recipe by its name. */
export function isRecipe(path: string): boolean {
  return /\.steer\.ya?ml$/.test(path);
}
