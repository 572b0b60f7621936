import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { matchAdapter } from './matchAdapter.ts';
import { isMlxConfig } from './mlxConfig.ts';
import type { Adapter, Checkpoint, StoredDirection } from './model.ts';
import { tiedRolesOf } from './tiedRoles.ts';

/** What an adapter or a stored direction says of the base that it stands on. */
export interface BaseClaim {
  /** Its own folder. */
  readonly path: string;
  /** A path from there, a path from the workspace, or a Hub id; undefined where it names none. */
  readonly base: string | undefined;
  readonly revision: string | undefined;
  /** Where it would name one. */
  readonly field: string;
  /** Fails unless every name and shape is the checkpoint's. */
  readonly check: (checkpoint: Checkpoint) => void;
}

export function claimOf(model: Adapter | StoredDirection): BaseClaim {
  return model.kind === 'adapter' ? ofAdapter(model) : ofDirection(model);
}

function ofAdapter(adapter: Adapter): BaseClaim {
  const { path, config } = adapter;
  return {
    path,
    base: config.base,
    revision: config.revision,
    field: isMlxConfig(config.raw) ? 'model' : 'base_model_name_or_path',
    check: (checkpoint) => void matchAdapter(adapter, checkpoint),
  };
}

function ofDirection(stored: StoredDirection): BaseClaim {
  const { path, manifest, adapter } = stored;
  return {
    path,
    base: manifest.base?.reference ?? adapter?.config.base,
    revision: undefined,
    field: 'base.reference',
    check: (checkpoint) => {
      if (adapter !== undefined) matchAdapter(adapter, checkpoint);
      checkDense(stored, checkpoint);
    },
  };
}

function checkDense({ path, dense }: StoredDirection, checkpoint: Checkpoint): void {
  const tied = tiedRolesOf(checkpoint);
  for (const [name, { shape }] of dense) {
    const there = checkpoint.tensors.get(name === tied?.head ? tied.embedding : name)?.shape;
    if (there?.join() === shape.join()) continue;
    const found = there === undefined ? 'has none' : `has [${there.join(', ')}]`;
    const problem = `moves ${quote(name)} of the shape [${shape.join(', ')}], and ${checkpoint.path} ${found}`;
    const code = there === undefined ? 'unmatched-tensor' : 'shape-mismatch';
    throw new ServerError(code, path, problem, { tensor: name });
  }
}
