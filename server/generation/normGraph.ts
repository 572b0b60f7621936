import type { OnnxGraph } from '../work/onnxGraph.ts';
import type { Norm } from './decoder.ts';
import type { Weights } from './weights.ts';

/** x through a norm over its last axis, with the gain and the bias that the model has. */
export function normed(graph: OnnxGraph, weights: Weights, x: string, norm: Norm): string {
  const even = normalized(graph, x, norm);
  const weight = `${norm.name}.weight`;
  const gained = weights.gain(even, weight);
  const grown = norm.isOffset ? graph.op('Add', [even, gained]) : gained;
  return norm.kind === 'layer' && weights.has(`${norm.name}.bias`)
    ? weights.plus(grown, `${norm.name}.bias`)
    : grown;
}

/** x / √(mean(x²) + ε), of a layer norm with the mean taken away first. */
function normalized(graph: OnnxGraph, x: string, { kind, epsilon }: Norm): string {
  const mean = (value: string) => graph.op('ReduceMean', [value, graph.integers([-1])]);
  const centred = kind === 'layer' ? graph.op('Sub', [x, mean(x)]) : x;
  const square = mean(graph.op('Mul', [centred, centred]));
  const root = graph.op('Sqrt', [graph.op('Add', [square, graph.number(epsilon)])]);
  return graph.op('Div', [centred, root]);
}
