import type { Contrast } from '../directions/contrast.ts';
import type { RemovalReport, TruncationReport } from '#protocol/rollups.ts';
import type { FineTune, TiedRoles } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import type { Adapter, Checkpoint, StoredDirection } from '../models/model.ts';
import type { Recipe } from './recipe.ts';

/** A recipe with its models opened and its algebra done: headers have been read, and no weight. */
export interface ResolvedRecipe {
  readonly recipe: Recipe;
  /** Undefined: not named and not found. */
  readonly base: Checkpoint | undefined;
  /** What is steered; without a base, undefined or an adapter alone. */
  readonly target: FineTune | undefined;
  /** The target is the base or an adapter on it, so that an adapter on the base can say it all. */
  readonly targetOnBase: boolean;
  /** w with selections, schedules and the strengths of `directions:` applied; the top-level strength is not. */
  readonly direction: Direction;
  /** What `remove` has taken out, one for each direction it is about; absent: nothing. */
  readonly removal?: readonly RemovalReport[];
  /** What `rank` and `energy` have taken away, one for each direction they are about; absent: nothing. */
  readonly truncation?: readonly TruncationReport[];
  /** The base's, where it ties its embeddings. */
  readonly tied: TiedRoles | undefined;
  /** Of the model. */
  readonly layers: number;
  readonly operands: readonly Operand[];
  /** What was asked of `contrast` for each direction that is one, whole: before selections and schedules. */
  readonly contrasts: readonly Contrast[];
}

/** A model that the recipe names, for the record of what went in. */
export interface Operand {
  /** `base`, `target`, `positive`, `negative`; with several directions `NAME.positive` and so on; `removed.NAME.…` of what is projected out. */
  readonly role: string;
  readonly reference: string;
  readonly parts: readonly (Checkpoint | Adapter | StoredDirection)[];
}
