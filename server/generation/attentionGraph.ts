import { softlyBounded } from './activationGraph.ts';
import type { Attention, Norm } from './decoder.ts';
import { normed } from './normGraph.ts';
import type { Parts } from './parts.ts';

/** What attention reads from the layer's cache, adds to it, and makes of x [batch·S, width], without its norms before and after. */
export function attended(x: string, layer: number, attention: Attention, parts: Parts): string {
  const { graph, weights, decoder } = parts;
  const { heads, keyHeads, headWidth } = decoder;
  const [query, key, value] = projected(x, attention, parts);
  const groups = heads / keyHeads;
  // [batch, keyHeads, groups, S, width]
  const asking = turned(
    sized(query, [keyHeads, groups, headWidth], [0, 2, 3, 1, 4], parts),
    attention,
    parts,
  );
  const asked = turned(sized(key, [keyHeads, headWidth], [0, 2, 1, 3], parts), attention, parts);
  const kept = (name: string, fresh: string) => {
    const past = graph.input(`${name}.${layer}`, 'F32', ['P', 'B', keyHeads, headWidth]);
    graph.output(`new.${name}.${layer}`, fresh, 'F32', ['S', 'B', keyHeads, headWidth]);
    return graph.op('Concat', [past, fresh], { axis: 0 });
  };
  const keys = kept('key', graph.op('Transpose', [asked], { perm: [2, 0, 1, 3] }));
  const values = kept('value', sized(value, [keyHeads, headWidth], [1, 0, 2, 3], parts));
  const mixed = mixedBy(scored(asking, keys, attention, parts), values, parts);
  const joined = graph.op('Reshape', [mixed, graph.integers([-1, heads * headWidth])]);
  return weights.linear(joined, attention.out, decoder.areTurned);
}

/** Queries, keys and values, [rows, heads · width] each. */
function projected(x: string, { from, norms }: Attention, parts: Parts): readonly [string, string, string] {
  const { graph, weights, decoder } = parts;
  const { heads, keyHeads, headWidth } = decoder;
  const linear = (name: string) => weights.linear(x, name, decoder.areTurned);
  const normedOf = (value: string, norm: Norm | undefined) =>
    norm === undefined ? value : headsNormed(value, norm, norms?.over === 'head', parts);
  const of = (query: string, key: string, value: string) =>
    [normedOf(query, norms?.query), normedOf(key, norms?.key), value] as const;
  if (from.kind === 'apart') return of(linear(from.query), linear(from.key), linear(from.value));
  const whole = linear(from.name);
  const widths =
    from.by === 'part'
      ? [heads * headWidth, keyHeads * headWidth, keyHeads * headWidth]
      : [headWidth, headWidth, headWidth];
  const split = from.by === 'part' ? whole : byHeads(whole, 3 * headWidth, parts);
  const [query = '', key = '', value = ''] = graph.split(split, widths);
  return of(query, key, value);
}

function headsNormed(value: string, norm: Norm, isByHead: boolean, parts: Parts): string {
  const { graph, weights, decoder } = parts;
  return isByHead
    ? normed(graph, weights.forHeads(), byHeads(value, decoder.headWidth, parts), norm)
    : normed(graph, weights, value, norm);
}

/** [rows, heads, width] */
function byHeads(value: string, width: number, { graph }: Parts): string {
  return graph.op('Reshape', [value, graph.integers([0, -1, width])]);
}

/** [rows, …] as [batch, S, …sizes], its axes then in another order. */
function sized(value: string, sizes: readonly number[], perm: readonly number[], { graph }: Parts): string {
  const length = graph.op('Gather', [graph.op('Shape', ['mask.0']), graph.integers([0])]);
  const shape = graph.op('Concat', [graph.integers([-1]), length, graph.integers(sizes)], { axis: 0 });
  return graph.op('Transpose', [graph.op('Reshape', [value, shape])], { perm });
}

/** Shares of the tokens that a token sees, [batch, keyHeads, groups, S, T]. */
function scored(query: string, keys: string, attention: Attention, { graph }: Parts): string {
  const { scale, cap, window } = attention;
  const upright = graph.op('Transpose', [keys], { perm: [1, 2, 3, 0] });
  const by = graph.op('Unsqueeze', [upright, graph.integers([2])]);
  const scaled = graph.op('Mul', [graph.op('MatMul', [query, by]), graph.number(scale)]);
  const masked = graph.op('Add', [softlyBounded(graph, scaled, cap), `mask.${window}`]);
  return graph.op('Softmax', [masked], { axis: -1 });
}

/** [batch, S, keyHeads, groups, width] */
function mixedBy(shares: string, values: string, { graph }: Parts): string {
  const upright = graph.op('Transpose', [values], { perm: [1, 2, 0, 3] });
  const mixed = graph.op('MatMul', [shares, graph.op('Unsqueeze', [upright, graph.integers([2])])]);
  return graph.op('Transpose', [mixed], { perm: [0, 3, 1, 2, 4] });
}

/** Rotary positions: the two halves of what turns are the two axes of its planes (Su et al. 2021; Llama's order). */
function turned(x: string, { rope }: Attention, { graph, decoder }: Parts): string {
  const planes = rope === undefined ? 0 : (decoder.ropes[rope]?.frequencies.length ?? 0);
  if (planes === 0) return x;
  const rest = decoder.headWidth - 2 * planes;
  const parts = graph.split(x, rest > 0 ? [planes, planes, rest] : [planes, planes]);
  const [a = '', b = '', ...still] = parts;
  const times = (value: string, wave: string) => graph.op('Mul', [value, `${wave}.${rope}`]);
  const first = graph.op('Sub', [times(a, 'cos'), times(b, 'sin')]);
  const second = graph.op('Add', [times(b, 'cos'), times(a, 'sin')]);
  return graph.op('Concat', [first, second, ...still], { axis: -1 });
}
