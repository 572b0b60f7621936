import { readFileSync } from 'node:fs';
import type { Experts, Factor, Rescaled, Rows, Term } from '../../server/directions/term.ts';
import type { StoredTensor } from '../../server/tensors/storedTensor.ts';
import { valuesOf } from './readTensors.ts';

/** Values by rows, exact sums of float64 products: what the terms mean, computed the slow way. */
export function evaluateTerms(terms: readonly Term[], elements: number): Float64Array {
  const sum = new Float64Array(elements);
  for (const term of terms) {
    const values = valuesOfTerm(term, elements);
    if (values.length !== elements) throw new Error(`A term has ${values.length} of ${elements} elements.`);
    for (let at = 0; at < elements; at++) sum[at]! += term.scale * values[at]!;
  }
  return sum;
}

function valuesOfTerm(term: Term, elements: number): Float64Array {
  switch (term.kind) {
    case 'dense':
      return stored(term.tensor);
    case 'low-rank':
      return product(term.left, term.right);
    case 'rescaled':
      return rescaled(term, elements);
    case 'rows':
      return rows(term, elements);
    case 'experts':
      return experts(term, elements);
  }
}

function rescaled({ base, change, lengths, along }: Rescaled, elements: number): Float64Array {
  const values = evaluateTerms([base, change], elements);
  const columns = base.tensor.shape.at(-1)!;
  const lineOf = (at: number) => (along === 'rows' ? Math.floor(at / columns) : at % columns);
  const due = stored(lengths);
  const squares = new Float64Array(due.length);
  values.forEach((value, at) => (squares[lineOf(at)]! += value ** 2));
  return values.map((value, at) => (due[lineOf(at)]! * value) / Math.sqrt(squares[lineOf(at)]!));
}

function rows({ tensor, runs }: Rows, elements: number): Float64Array {
  const values = new Float64Array(elements);
  const all = stored(tensor);
  const columns = tensor.shape.at(-1)!;
  for (const { from, to, count } of runs)
    values.set(all.subarray(from * columns, (from + count) * columns), to * columns);
  return values;
}

/** PEFT's einsum: `o r e, e r i -> e o i`, or `e i o`. */
function experts({ A, B, rank, shape, transposed }: Experts, elements: number): Float64Array {
  const [a, b] = [stored(A), stored(B)];
  const [count, height, width] = shape;
  const [inputs, all] = [A.shape[1]!, rank * count];
  return new Float64Array(elements).map((_, at) => {
    const [expert, inside] = [Math.floor(at / (height * width)), at % (height * width)];
    const [row, column] = [Math.floor(inside / width), inside % width];
    const [output, input] = transposed ? [column, row] : [row, column];
    let sum = 0;
    for (let j = 0; j < rank; j++)
      sum += b[output * all + j * count + expert]! * a[(expert * rank + j) * inputs + input]!;
    return sum;
  });
}

function product(left: Factor, right: Factor): Float64Array {
  const [one, other] = [matrix(left), matrix(right)];
  const values = new Float64Array(one.rows * other.columns);
  for (let row = 0; row < one.rows; row++) {
    for (let column = 0; column < other.columns; column++) {
      let sum = 0;
      for (let inner = 0; inner < one.columns; inner++) sum += one.at(row, inner) * other.at(inner, column);
      values[row * other.columns + column] = sum;
    }
  }
  return values;
}

function matrix({ tensor, transposed }: Factor) {
  const values = stored(tensor);
  const [rows = 0, columns = 0] = tensor.shape;
  return transposed
    ? { rows: columns, columns: rows, at: (row: number, column: number) => values[column * columns + row]! }
    : { rows, columns, at: (row: number, column: number) => values[row * columns + column]! };
}

function stored({ file, offset, bytes, dtype, shape }: StoredTensor): Float64Array {
  return valuesOf({ dtype, shape, bytes: readFileSync(file).subarray(offset, offset + bytes) });
}
