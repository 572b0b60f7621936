import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { productModel } from '../../../server/work/onnxModel.ts';

describe.each([
  ['F32', onnx.TensorProto.DataType.FLOAT],
  ['F64', onnx.TensorProto.DataType.DOUBLE],
] as const)('the %s model', (precision, elementType) => {
  const decoded = onnx.ModelProto.decode(productModel(precision));

  test('is a valid ONNX model', () => {
    expect(onnx.ModelProto.verify(decoded)).toBe(null);
    expect(decoded.opsetImport).toMatchObject([{ domain: '', version: expect.anything() }]);
    expect(Number(decoded.irVersion)).toBe(10);
  });

  test('has one node that multiplies by a transposed matrix', () => {
    const { node, input, output } = decoded.graph!;
    expect(node).toMatchObject([{ opType: 'Gemm', input: ['left', 'right'], output: ['product'] }]);
    expect(node![0]!.attribute).toMatchObject([
      { name: 'transB', type: onnx.AttributeProto.AttributeType.INT },
    ]);
    expect(Number(node![0]!.attribute![0]!.i)).toBe(1);
    const shapes = [...input!, ...output!].map(({ name, type }) => [
      name,
      type!.tensorType!.elemType,
      ...type!.tensorType!.shape!.dim!.map(({ dimParam }) => dimParam),
    ]);
    expect(shapes).toEqual([
      ['left', elementType, 'm', 'k'],
      ['right', elementType, 'n', 'k'],
      ['product', elementType, 'm', 'n'],
    ]);
  });
});
