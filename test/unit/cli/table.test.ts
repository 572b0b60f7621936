import { expect, test } from 'vitest';
import { printable } from '../../../server/cli/printable.ts';
import { markdownTable, table } from '../../../server/cli/table.ts';

const columns = [{ heading: 'tensor' }, { heading: 'norm', align: 'right' }, { heading: 'file' }] as const;

test('a table aligns its columns, and no line ends in spaces', () => {
  expect(
    `\n${table(columns, [
      ['embed', '0.5', 'a'],
      ['w', '12.25', ''],
    ])}`,
  ).toMatchInlineSnapshot(`
    "
    tensor   norm  file
    embed     0.5  a
    w       12.25"
  `);
});

test('what people see as one character is one column wide', () => {
  const [, first, second] = table(columns, [
    ['e\u0301👩‍💻', '1', 'x'],
    ['ab', '1', 'x'],
  ]).split('\n');
  expect(first!.replace('e\u0301👩‍💻', 'ab')).toBe(second);
});

test('a table may be as long as a model has tensors', () => {
  const rows = Array.from({ length: 250_000 }, (_, index) => [`w${index}`, '1', '']);
  expect(table(columns, rows).split('\n').at(-1)).toBe('w249999     1');
});

test('a Markdown table takes names for what they are', () => {
  const rows = [
    ['q_proj', '1', 'a|b'],
    ['_w_', '<b>', 'c\nd `e` [f](g) *h*'],
  ];
  expect(`\n${markdownTable(columns, rows)}`).toMatchInlineSnapshot(`
    "
    | tensor | norm | file |
    | --- | --: | --- |
    | q_proj | 1 | a\\|b |
    | \\_w\\_ | \\<b\\> | c d \\\`e\\\` \\[f\\](g) \\*h\\* |"
  `);
});

test('control characters of a name are spelled out, and do nothing to a terminal', () => {
  expect(printable('a\u001b[31mb\r\u0007\u009b\u202ec\n\td')).toBe(
    String.raw`a\u{1b}[31mb\u{d}\u{7}\u{9b}\u{202e}c` + '\n\td',
  );
});
