import { OnnxGraph } from '../work/onnxGraph.ts';
import { softlyBounded } from './activationGraph.ts';
import { attended } from './attentionGraph.ts';
import type { Decoder, Norm } from './decoder.ts';
import { fedForward } from './feedforwardGraph.ts';
import { normed } from './normGraph.ts';
import type { Parts } from './parts.ts';
import { type Steered, Weights } from './weights.ts';

/**
 * The decoder as an ONNX model, for a batch of sequences of one length S after T − S tokens that are in the cache.
 * Inputs: `ids` [batch·S], `strengths` [batch·S, directions], `factors` [directions, layers + 1, modules], what
 * `positionInputs` makes, `rows` of the logits that are wanted, and the cache `key.0` …, time first: [T − S, batch, keyHeads, headWidth]. Results: `logits`, and what is to be added to
 * the cache, `new.key.0` …
 */
export function decoderGraph(decoder: Decoder, steered: Steered): Uint8Array {
  const graph = new OnnxGraph();
  const ids = graph.input('ids', 'I64', ['R']);
  const strengths = graph.input('strengths', 'F32', ['R', 'D']);
  graph.input('factors', 'F32', ['D', 'L', 'M']);
  declarePositions(graph, decoder);
  const rows = graph.input('rows', 'I64', ['W']);
  const weights = new Weights(graph, steered, strengths);
  const parts = { graph, weights, decoder };
  let x = embedded(ids, parts);
  for (let index = 0; index < decoder.layers; index++) x = through(x, index, parts);
  const wanted = graph.op('Gather', [normed(graph, weights, x, decoder.norm), rows]);
  // Strengths are those of the wanted rows there.
  const head = new Weights(graph, steered, graph.op('Gather', [strengths, rows]));
  const logits = scaled(graph, head.matrix(wanted, decoder.head.name), decoder.head.scale);
  graph.output('logits', softlyBounded(graph, logits, decoder.head.cap), 'F32', ['W', 'V']);
  weights.refuseUnread(head);
  return graph.model();
}

function declarePositions(graph: OnnxGraph, { ropes, windows, positions }: Decoder): void {
  for (const [at, { frequencies }] of ropes.entries())
    for (const name of ['cos', 'sin']) graph.input(`${name}.${at}`, 'F32', ['S', frequencies.length]);
  for (const at of windows.keys()) graph.input(`mask.${at}`, 'F32', ['S', 'T']);
  if (positions.table !== undefined) graph.input('positions', 'I64', ['S']);
}

function embedded(ids: string, { graph, weights, decoder }: Parts): string {
  const { embedding, positions } = decoder;
  const tokens = scaled(graph, weights.embedding(ids, embedding.name), embedding.scale);
  if (positions.table === undefined) return tokens;
  const batch = graph.op('Div', [graph.op('Shape', [ids]), graph.op('Shape', ['positions'])]);
  const places = graph.op('Tile', ['positions', batch]);
  return graph.op('Add', [tokens, weights.embedding(places, positions.table)]);
}

/** One layer. */
function through(x: string, index: number, parts: Parts): string {
  const { graph, weights, decoder } = parts;
  const { attention, feedforward, isParallel, scale } = decoder.layer(index);
  const at = (value: string, norm: Norm | undefined) =>
    norm === undefined ? value : normed(graph, weights, value, norm);
  const added = (to: string, value: string, norm: Norm | undefined) =>
    graph.op('Add', [to, scaled(graph, at(value, norm), scale)]);
  const first = attended(at(x, attention.before), index, attention, parts);
  const between = added(x, first, attention.after);
  const inner = at(isParallel ? x : between, feedforward.before);
  const second = fedForward(inner, feedforward.inner, feedforward.activation, parts);
  return added(between, second, feedforward.after);
}

function scaled(graph: OnnxGraph, x: string, by: number): string {
  return by === 1 ? x : graph.op('Mul', [x, graph.number(by)]);
}
