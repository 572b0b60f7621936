import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import type { Decoder, Projections } from './decoder.ts';

/** `invalid-config` where the configuration's heads or vocabulary are not those of the tensors; a tensor that is not there is for others to miss. */
export function refuseOtherShapes(decoder: Decoder, tensors: Checkpoint['tensors']): void {
  const { path, layers, heads, keyHeads, headWidth, vocabulary, areTurned, embedding } = decoder;
  const refuse = (problem: string) => new ServerError('invalid-config', path, problem);
  if (heads % keyHeads !== 0)
    throw refuse(`has ${heads} heads, which ${keyHeads} heads of keys cannot share evenly`);
  for (let layer = 0; layer < layers; layer++) {
    for (const [name, due] of dueRows(decoder.layer(layer).attention.from, decoder)) {
      const shape = tensors.get(`${name}.weight`)?.shape;
      const rows = areTurned ? shape?.at(-1) : shape?.[0];
      if (rows === undefined || rows === due) continue;
      const why = `with ${heads} heads, ${keyHeads} of keys, of ${headWidth} numbers ${due} are due`;
      throw refuse(`has ${rows} rows in ${name}; ${why}`);
    }
  }
  const known = tensors.get(embedding.name)?.shape[0] ?? vocabulary;
  if (known < vocabulary) throw refuse(`has a vocab_size of ${vocabulary}; ${known} tokens are embedded`);
}

function dueRows(
  from: Projections,
  { heads, keyHeads, headWidth }: Decoder,
): readonly (readonly [name: string, rows: number])[] {
  const [query, key] = [heads * headWidth, keyHeads * headWidth];
  if (from.kind === 'joined') return [[from.name, from.by === 'part' ? query + 2 * key : 3 * query]];
  return [
    [from.query, query],
    [from.key, key],
    [from.value, key],
  ];
}
