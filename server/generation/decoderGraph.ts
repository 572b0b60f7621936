import type { Decoder } from './decoder.ts';
import { OnnxGraph } from '../work/onnxGraph.ts';
import { type Steered, Weights } from './weights.ts';

/**
 * The decoder as an ONNX model, for a batch of sequences of one length S after T − S tokens that are in the cache.
 * Inputs: `ids` [batch·S], `strengths` [batch·S, 1], `cos.0` and `sin.0` [S, headWidth/2], `mask.0` [S, T] to be added, `rows` of the
 * logits that are wanted, and the cache `key.0` …, time first: [T − S, batch, keyHeads, headWidth]. Results: `logits`, and what is to be
 * added to the cache, `new.key.0` …
 */
export function decoderGraph(decoder: Decoder, steered: Steered): Uint8Array {
  const graph = new OnnxGraph();
  const ids = graph.input('ids', 'I64', ['R']);
  const strengths = graph.input('strengths', 'F32', ['R', 1]);
  for (const name of ['cos.0', 'sin.0']) graph.input(name, 'F32', ['S', decoder.headWidth / 2]);
  graph.input('mask.0', 'F32', ['S', 'T']);
  const rows = graph.input('rows', 'I64', ['W']);
  const weights = new Weights(graph, steered, strengths);
  const norm = (x: string, name: string) => weights.gain(normalized(graph, x, decoder.epsilon), name);
  let x = weights.embedding(ids, 'model.embed_tokens.weight');
  for (let layer = 0; layer < decoder.layers; layer++) {
    const at = `model.layers.${layer}`;
    const attended = attention(norm(x, `${at}.input_layernorm.weight`), layer, { graph, weights, decoder });
    x = graph.op('Add', [x, weights.linear(attended, `${at}.self_attn.o_proj`)]);
    const inner = norm(x, `${at}.post_attention_layernorm.weight`);
    const gate = weights.linear(inner, `${at}.mlp.gate_proj`);
    const open = graph.op('Mul', [gate, graph.op('Sigmoid', [gate])]);
    const up = graph.op('Mul', [open, weights.linear(inner, `${at}.mlp.up_proj`)]);
    x = graph.op('Add', [x, weights.linear(up, `${at}.mlp.down_proj`)]);
  }
  const wanted = graph.op('Gather', [norm(x, 'model.norm.weight'), rows]);
  // Strengths are those of the wanted rows there.
  const head = new Weights(graph, steered, graph.op('Gather', [strengths, rows]));
  graph.output('logits', head.matrix(wanted, 'lm_head.weight'), 'F32', ['W', 'V']);
  weights.refuseUnread(head);
  return graph.model();
}

/** x / √(mean(x²) + ε) */
function normalized(graph: OnnxGraph, x: string, epsilon: number): string {
  const square = graph.op('Mul', [x, x]);
  const mean = graph.op('ReduceMean', [square, graph.integers([-1])]);
  const root = graph.op('Sqrt', [graph.op('Add', [mean, graph.number(epsilon)])]);
  return graph.op('Div', [x, root]);
}

interface Parts {
  readonly graph: OnnxGraph;
  readonly weights: Weights;
  readonly decoder: Decoder;
}

function attention(x: string, layer: number, { graph, weights, decoder }: Parts): string {
  const { heads, keyHeads, headWidth } = decoder;
  const at = `model.layers.${layer}.self_attn`;
  const groups = heads / keyHeads;
  const projected = (name: string) => {
    const value = weights.linear(x, `${at}.${name}_proj`);
    if (!decoder.headNorms || name === 'v') return value;
    const apart = graph.op('Reshape', [value, graph.integers([0, -1, headWidth])]);
    return weights.forHeads().gain(normalized(graph, apart, decoder.epsilon), `${at}.${name}_norm.weight`);
  };
  const lengths = graph.op('Shape', ['cos.0']);
  const length = graph.op('Gather', [lengths, graph.integers([0])]);
  const shape = (...sizes: readonly string[]) => graph.op('Concat', sizes, { axis: 0 });
  const any = graph.integers([-1]);
  const split = (name: string, sizes: readonly number[], perm: readonly number[]) => {
    const sized = shape(any, length, graph.integers(sizes));
    return graph.op('Transpose', [graph.op('Reshape', [projected(name), sized])], { perm });
  };
  // [batch, keyHeads, groups, S, width]
  const query = rotated(graph, split('q', [keyHeads, groups, headWidth], [0, 2, 3, 1, 4]), headWidth);
  const key = rotated(graph, split('k', [keyHeads, headWidth], [0, 2, 1, 3]), headWidth);
  const kept = (name: string, fresh: string) => {
    const past = graph.input(`${name}.${layer}`, 'F32', ['P', 'B', keyHeads, headWidth]);
    graph.output(`new.${name}.${layer}`, fresh, 'F32', ['S', 'B', keyHeads, headWidth]);
    return graph.op('Concat', [past, fresh], { axis: 0 });
  };
  const keys = kept('key', graph.op('Transpose', [key], { perm: [2, 0, 1, 3] }));
  const values = kept('value', split('v', [keyHeads, headWidth], [1, 0, 2, 3]));
  const one = graph.integers([2]);
  const turned = graph.op('Unsqueeze', [graph.op('Transpose', [keys], { perm: [1, 2, 3, 0] }), one]);
  const upright = graph.op('Unsqueeze', [graph.op('Transpose', [values], { perm: [1, 2, 0, 3] }), one]);
  const scaled = graph.op('Mul', [graph.op('MatMul', [query, turned]), graph.number(headWidth ** -0.5)]);
  const shares = graph.op('Softmax', [graph.op('Add', [scaled, 'mask.0'])], { axis: -1 });
  const mixed = graph.op('Transpose', [graph.op('MatMul', [shares, upright])], { perm: [0, 3, 1, 2, 4] });
  return graph.op('Reshape', [mixed, graph.integers([-1, heads * headWidth])]);
}

/** Rotary positions: the two halves of a head's width are the two axes of its planes (Su et al. 2021; Llama's order). */
function rotated(graph: OnnxGraph, x: string, width: number): string {
  const [a = '', b = ''] = graph.split(x, [width / 2, width / 2]);
  const times = (value: string, by: string) => graph.op('Mul', [value, by]);
  const first = graph.op('Sub', [times(a, 'cos.0'), times(b, 'sin.0')]);
  const second = graph.op('Add', [times(b, 'cos.0'), times(a, 'sin.0')]);
  return graph.op('Concat', [first, second], { axis: -1 });
}
