import { expect, test } from 'vitest';
import { headerText } from '../../../../server/analysis/viewer/headerText.ts';
import type { StoredTensor } from '../../../../server/tensors/storedTensor.ts';

function tensor(name: string, more: Partial<StoredTensor> = {}): StoredTensor {
  return {
    name,
    dtype: 'BF16',
    shape: [4, 3],
    file: '/somewhere/model.safetensors',
    offset: 8,
    bytes: 24,
    ...more,
  };
}

const facts = { kind: 'file', format: 'safetensors', metadata: [['format', 'pt']] } as const;

test('facts, then tensors in the order that people count in', () => {
  const tensors = ['layers.10.w', 'layers.2.w', 'b', 'layers.2.b'].map((name) => tensor(name));
  expect(`\n${headerText({ ...facts, tensors })}`).toMatchInlineSnapshot(`
    "
    # kind: file
    # format: safetensors
    # tensors: 4
    # parameters: 48
    # bytes: 96
    # metadata format: pt

    b                                                         BF16      [4, 3]                            24
    layers.2.b                                                BF16      [4, 3]                            24
    layers.2.w                                                BF16      [4, 3]                            24
    layers.10.w                                               BF16      [4, 3]                            24
    "
  `);
});

test('a long name moves no line but its own', () => {
  const before = headerText({ ...facts, tensors: [tensor('a'), tensor('b')] }).split('\n');
  const after = headerText({ ...facts, tensors: [tensor('a'), tensor('b'), tensor('x'.repeat(90))] }).split(
    '\n',
  );
  expect(after.filter((line) => before.includes(line))).toEqual(
    before.filter((line) => !/^# (?:tensors|parameters|bytes)/.test(line)),
  );
});

test.each(['a b', 'a\nb', '', '# a', '"a"', '\u2028', '\u0007'])(
  'the name %j stays one line and is no fact',
  (name) => {
    const lines = headerText({ ...facts, tensors: [tensor(name)] })
      .trimEnd()
      .split('\n');
    expect(lines.at(-1)).toContain(JSON.stringify(name));
    expect(lines).toHaveLength(8);
  },
);

test('scalars and empty tensors have a shape too', () => {
  const text = headerText({
    ...facts,
    tensors: [tensor('s', { shape: [], bytes: 2 }), tensor('t', { shape: [0, 5], bytes: 0 })],
  });
  expect(text).toMatch(/^s +BF16 +\[\] +2$/m);
  expect(text).toMatch(/^t +BF16 +\[0, 5\] +0$/m);
});
