import { float, integer, message, nested, text } from './protobuf.ts';

/** As ONNX numbers them (TensorProto.DataType). */
export const elementTypes = { F32: 1, I64: 7, F16: 10, F64: 11, BF16: 16 } as const;
export type ElementType = keyof typeof elementTypes;

/** Bytes of a file that are an initialiser as they lie there; `location` is relative to the session's folder. */
export interface ExternalTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly location: string;
  readonly offset: number;
  readonly bytes: number;
}

type Attribute = number | readonly number[] | { readonly float: number };

/** An ONNX model that grows node by node; values are their names. Field numbers are those of onnx.proto3. */
export class OnnxGraph {
  readonly #nodes: (readonly number[])[] = [];
  readonly #initializers = new Map<string, readonly number[]>();
  readonly #inputs: (readonly number[])[] = [];
  readonly #outputs: (readonly number[])[] = [];

  input(name: string, type: ElementType, shape: readonly (string | number)[]): string {
    this.#inputs.push(nested(11, valueInfo(name, type, shape)));
    return name;
  }

  /** Names a value as a result of the model. */
  output(name: string, value: string, type: ElementType, shape: readonly (string | number)[]): void {
    this.#add('Identity', [value], {}, [name]);
    this.#outputs.push(nested(12, valueInfo(name, type, shape)));
  }

  op(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const name = `${type}_${this.#nodes.length}`;
    this.#add(type, inputs, attributes, [name]);
    return name;
  }

  /** An operator with several results. */
  split(value: string, sizes: readonly number[]): readonly string[] {
    const names = sizes.map((_, index) => `Split_${this.#nodes.length}_${index}`);
    this.#add('Split', [value, this.integers(sizes)], { axis: -1 }, names);
    return names;
  }

  /** The largest values along the last axis, largest first, and where they are. */
  largest(value: string, count: number): readonly [values: string, places: string] {
    const [values, places] = ['values', 'places'].map((name) => `TopK_${this.#nodes.length}_${name}`);
    const names = [values ?? '', places ?? ''] as const;
    this.#add('TopK', [value, this.integers([count])], { axis: -1 }, names);
    return names;
  }

  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant(`i64:${values.join()}`, 'I64', { shape: [values.length], bytes });
  }

  /** One float32. */
  number(value: number): string {
    return this.#constant(`f32:${value}`, 'F32', {
      shape: [],
      bytes: new Uint8Array(Float32Array.of(value).buffer),
    });
  }

  /** The same bytes are named once. */
  external({ type, shape, location, offset, bytes }: ExternalTensor): string {
    const name = `${location}:${offset}:${shape.join()}`;
    const places = [entry('location', location), entry('offset', offset), entry('length', bytes)];
    this.#initializers.set(name, nested(5, message(...header(name, type, shape), ...places, integer(14, 1))));
    return name;
  }

  /** The model as ONNX Runtime takes it. */
  model(): Uint8Array {
    const parts = [...this.#nodes, text(2, 'decoder'), ...this.#initializers.values()];
    return modelOf([...parts, ...this.#inputs, ...this.#outputs].flat());
  }

  #constant(
    name: string,
    type: ElementType,
    { shape, bytes }: { readonly shape: readonly number[]; readonly bytes: Uint8Array },
  ): string {
    this.#initializers.set(name, nested(5, message(...header(name, type, shape), nested(9, [...bytes]))));
    return name;
  }

  #add(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly string[],
  ): void {
    this.#nodes.push(
      nested(
        1,
        message(
          ...inputs.map((input) => text(1, input)),
          ...outputs.map((output) => text(2, output)),
          text(4, type),
          ...Object.entries(attributes).map(([name, value]) => nested(5, attribute(name, value))),
        ),
      ),
    );
  }
}

/** A ModelProto of a GraphProto: IR 10, opset 21. */
export function modelOf(graph: readonly number[]): Uint8Array<ArrayBuffer> {
  const opset = message(text(1, ''), integer(2, 21));
  return Uint8Array.from(
    message(integer(1, 10), text(2, 'weight-steering'), nested(7, graph), nested(8, opset)),
  );
}

function header(name: string, type: ElementType, shape: readonly number[]) {
  return [...shape.map((size) => integer(1, size)), integer(2, elementTypes[type]), text(8, name)];
}

function entry(key: string, value: string | number): readonly number[] {
  return nested(13, message(text(1, key), text(2, String(value))));
}

function attribute(name: string, value: Attribute): readonly number[] {
  if (typeof value === 'number') return message(text(1, name), integer(3, value), integer(20, 2));
  if ('float' in value) return message(text(1, name), float(2, value.float), integer(20, 1));
  return message(text(1, name), ...value.map((each) => integer(8, each)), integer(20, 7));
}

/** A ValueInfoProto: a tensor whose dimensions have names or sizes. */
export function valueInfo(name: string, type: ElementType, shape: readonly (string | number)[]) {
  const dimensions = shape.map((size) =>
    nested(1, typeof size === 'string' ? text(2, size) : integer(1, size)),
  );
  const tensor = message(integer(1, elementTypes[type]), nested(2, message(...dimensions)));
  return message(text(1, name), nested(2, nested(1, tensor)));
}
