import { modelOf, valueInfo } from './onnxGraph.ts';
import { integer, message, nested, text } from './protobuf.ts';

/**
 * An ONNX model, as bytes, with one node: product[m, n] = left[m, k] · right[n, k]ᵀ, for any m, n and k.
 * `right` is taken transposed because that is how the kernels read it too. Field numbers are those of onnx.proto3.
 */
export function productModel(precision: 'F32' | 'F64'): Uint8Array<ArrayBuffer> {
  const transposed = message(text(1, 'transB'), integer(3, 1), integer(20, 2));
  const node = message(
    text(1, 'left'),
    text(1, 'right'),
    text(2, 'product'),
    text(4, 'Gemm'),
    nested(5, transposed),
  );
  return modelOf(
    message(
      nested(1, node),
      text(2, 'product'),
      nested(11, valueInfo('left', precision, ['m', 'k'])),
      nested(11, valueInfo('right', precision, ['n', 'k'])),
      nested(12, valueInfo('product', precision, ['m', 'n'])),
    ),
  );
}
