import type { Matrix, SimilarityFlag } from '#protocol/similarity.ts';
import { basename, dirname } from 'node:path';
import type { Direction } from '../directions/term.ts';
import { tensorsOf } from '../directions/terms.ts';
import { counted } from '../numbers.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

/** Where the bytes of a tensor lie, as a key. */
export function placeKey({ file, offset }: StoredTensor): string {
  return JSON.stringify([file, offset]);
}

/** What a cosine may lack of ±1, and the two still be one direction: what storing factors in bfloat16 leaves. */
const roundingOfCosine = 1e-6;

export interface Flagged {
  readonly subjects: readonly Direction[];
  /** The same with the terms of the fine-tunes that they were made of. */
  readonly origins: readonly Direction[];
  /** Places of the base's tensors. */
  readonly ofBase: ReadonlySet<string>;
}

/** What is odd about pairs, by their terms and cosines; nothing is read. */
export function pairFlags({ subjects, origins, ofBase }: Flagged, cosine: Matrix): readonly SimilarityFlag[] {
  return subjects.flatMap((one, a) =>
    subjects.slice(a + 1).flatMap((other, more) => {
      const b = a + 1 + more;
      const names = `${one.name} and ${other.name}`;
      const flags: readonly Omit<SimilarityFlag, 'a' | 'b'>[] = [
        ...sameDirection(cosine[a]?.[b] ?? 0, names),
        ...sharedFineTune(origins[a] ?? one, origins[b] ?? other, ofBase),
        ...differentTensors(one, other),
      ];
      return flags.map((flag) => ({ ...flag, a, b }));
    }),
  );
}

type Found = readonly Omit<SimilarityFlag, 'a' | 'b'>[];

function sameDirection(cosine: number, names: string): Found {
  if (Math.abs(cosine) < 1 - roundingOfCosine) return [];
  const message = `${names} are one direction${cosine < 0 ? ' with opposite signs' : ''}, perhaps scaled (cosine ${cosine.toFixed(6)}).`;
  return [{ code: 'same-direction', message }];
}

function sharedFineTune(one: Direction, other: Direction, ofBase: ReadonlySet<string>): Found {
  const trained = (direction: Direction) =>
    [...direction.tensors.values()]
      .flatMap(({ terms }) => terms.flatMap(tensorsOf))
      .filter((tensor) => !ofBase.has(placeKey(tensor)));
  const known = new Set(trained(one).map(placeKey));
  const both = trained(other).filter((tensor) => known.has(placeKey(tensor)));
  const [first] = both;
  if (first === undefined) return [];
  const count = new Set(both.map(placeKey)).size;
  const message = `${one.name} and ${other.name} are both made of ${basename(dirname(first.file))} (${counted(count, 'tensor')} of it), which alone makes them alike.`;
  return [{ code: 'shared-fine-tune', message }];
}

function differentTensors(one: Direction, other: Direction): Found {
  const [first, second] = [one.tensors, other.tensors];
  const both = [...first.keys()].filter((name) => second.has(name)).length;
  if (both === first.size && both === second.size) return [];
  const message = `${one.name} moves ${counted(first.size, 'tensor')} and ${other.name} ${second.size}, of which ${both} are the same; what one lacks counts as zero.`;
  return [{ code: 'different-tensors', message }];
}
