import { activated } from './activationGraph.ts';
import type { Activation, Inner } from './decoder.ts';
import { mixedExperts } from './expertsGraph.ts';
import type { Parts } from './parts.ts';

/** A feed-forward's matrices and activation, without its norms. */
export function fedForward(x: string, inner: Inner, activation: Activation, parts: Parts): string {
  const { graph, weights, decoder } = parts;
  const linear = (value: string, name: string) => weights.linear(value, name, decoder.areTurned);
  const opened = (gate: string, up: string) => graph.op('Mul', [activated(graph, gate, activation), up]);
  switch (inner.kind) {
    case 'plain':
      return linear(activated(graph, linear(x, inner.up), activation), inner.down);
    case 'gated':
      return linear(opened(linear(x, inner.gate), linear(x, inner.up)), inner.down);
    case 'joined': {
      const [gate = '', up = ''] = graph.split(linear(x, inner.gateUp), [inner.width, inner.width]);
      return linear(opened(gate, up), inner.down);
    }
    case 'experts':
      return mixedExperts(x, inner, (expert) => fedForward(x, expert, activation, parts), parts);
  }
}
