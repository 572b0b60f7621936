import type { Experts, Gated } from './decoder.ts';
import type { Parts } from './parts.ts';

/**
 * What the chosen experts make of x [rows, width], by their shares. All experts are computed, and those that are not chosen
 * have the share 0: right for any number of rows, and slow where few of many are chosen.
 */
export function mixedExperts(
  x: string,
  { router, experts, chosen, isNormalized, shared }: Experts,
  of: (expert: Gated) => string,
  { graph, weights }: Parts,
): string {
  const likely = graph.op('Softmax', [weights.matrix(x, `${router}.weight`)], { axis: -1 });
  const [most, which] = graph.largest(likely, chosen);
  const total = graph.op('ReduceSum', [most, graph.integers([-1])]);
  const shares = isNormalized ? graph.op('Div', [most, total]) : most;
  const none = graph.op('Mul', [likely, graph.number(0)]);
  const spread = graph.op('ScatterElements', [none, which, shares], { axis: -1 });
  const columns = graph.split(
    spread,
    experts.map(() => 1),
  );
  const parts = experts.map((expert, at) => graph.op('Mul', [of(expert), columns[at] ?? '']));
  const mixed = parts.reduce((sum, part) => graph.op('Add', [sum, part]));
  if (shared === undefined) return mixed;
  const open = graph.op('Sigmoid', [weights.matrix(x, `${shared.router}.weight`)]);
  return graph.op('Add', [mixed, graph.op('Mul', [of(shared.expert), open])]);
}
