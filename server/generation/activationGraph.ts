import type { OnnxGraph } from '../work/onnxGraph.ts';
import type { Activation } from './decoder.ts';

/** act(x), value by value. */
export function activated(graph: OnnxGraph, x: string, activation: Activation): string {
  const times = (value: string, by: string) => graph.op('Mul', [value, by]);
  const opened = (wave: string) =>
    times(times(x, graph.number(0.5)), graph.op('Add', [wave, graph.number(1)]));
  switch (activation) {
    case 'silu':
      return times(x, graph.op('Sigmoid', [x]));
    case 'relu':
      return graph.op('Relu', [x]);
    case 'gelu':
      return opened(graph.op('Erf', [times(x, graph.number(Math.SQRT1_2))]));
    case 'gelu-tanh': {
      const cube = times(times(times(x, x), x), graph.number(0.044715));
      const inner = times(graph.op('Add', [x, cube]), graph.number(Math.sqrt(2 / Math.PI)));
      return opened(graph.op('Tanh', [inner]));
    }
  }
}

/** cap · tanh(x / cap): never beyond ±cap. */
export function softlyBounded(graph: OnnxGraph, x: string, cap: number | undefined): string {
  if (cap === undefined) return x;
  const share = graph.op('Tanh', [graph.op('Div', [x, graph.number(cap)])]);
  return graph.op('Mul', [share, graph.number(cap)]);
}
