import { integer, message, nested, text } from './protobuf.ts';

/** As ONNX numbers them (TensorProto.DataType). */
const elementTypes = { F32: 1, F64: 11 } as const;
const irVersion = 10;
const opsetVersion = 21;

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
  const graph = message(
    nested(1, node),
    text(2, 'product'),
    nested(11, value('left', precision, ['m', 'k'])),
    nested(11, value('right', precision, ['n', 'k'])),
    nested(12, value('product', precision, ['m', 'n'])),
  );
  const opset = message(text(1, ''), integer(2, opsetVersion));
  return Uint8Array.from(
    message(integer(1, irVersion), text(2, 'weight-steering'), nested(7, graph), nested(8, opset)),
  );
}

/** A ValueInfoProto: a tensor whose dimensions have names instead of sizes. */
function value(name: string, precision: 'F32' | 'F64', dimensions: readonly string[]): readonly number[] {
  const shape = message(...dimensions.map((dimension) => nested(1, text(2, dimension))));
  const tensor = message(integer(1, elementTypes[precision]), nested(2, shape));
  return message(text(1, name), nested(2, nested(1, tensor)));
}
