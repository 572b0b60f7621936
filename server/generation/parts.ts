import type { OnnxGraph } from '../work/onnxGraph.ts';
import type { Decoder } from './decoder.ts';
import type { Weights } from './weights.ts';

/** What every block of a decoder's graph is written with. */
export interface Parts {
  readonly graph: OnnxGraph;
  readonly weights: Weights;
  readonly decoder: Decoder;
}
