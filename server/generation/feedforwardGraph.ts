import { activated } from './activationGraph.ts';
import type { Feedforward } from './decoder.ts';
import type { Parts } from './parts.ts';

/** A feed-forward's matrices and activation, without its norms. */
export function fedForward(x: string, { inner, down, activation }: Feedforward, parts: Parts): string {
  const { graph, weights, decoder } = parts;
  const linear = (value: string, name: string) => weights.linear(value, name, decoder.areTurned);
  const opened = (gate: string, up: string) => graph.op('Mul', [activated(graph, gate, activation), up]);
  switch (inner.kind) {
    case 'plain':
      return linear(activated(graph, linear(x, inner.up), activation), down);
    case 'gated':
      return linear(opened(linear(x, inner.gate), linear(x, inner.up)), down);
    case 'joined': {
      const [gate = '', up = ''] = graph.split(linear(x, inner.gateUp), [inner.width, inner.width]);
      return linear(opened(gate, up), down);
    }
  }
}
