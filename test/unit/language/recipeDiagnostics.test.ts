import { DiagnosticSeverity } from 'vscode-languageserver/node';
import { describe, expect, test } from 'vitest';
import { isRecipe, recipeDiagnostics } from '../../../server/language/recipeDiagnostics.ts';

const uri = 'file:///work/honest.steer.yaml';

describe('recipeDiagnostics', () => {
  test('says in the words of the protocol what is wrong', () => {
    expect(recipeDiagnostics('positive: a\nnegative: b\nstrenght: 1\n', uri)).toEqual([
      {
        range: { start: { line: 2, character: 0 }, end: { line: 2, character: 8 } },
        severity: DiagnosticSeverity.Error,
        code: 'unknown-key',
        source: 'Weight Steering',
        message: 'There is no `strenght` in a recipe. Did you mean `strength`?',
      },
    ]);
  });

  test('tells warnings from errors', () => {
    const [diagnostic] = recipeDiagnostics('positive: a\nnegative: a\n', uri);
    expect(diagnostic).toMatchObject({ severity: DiagnosticSeverity.Warning, code: 'zero-direction' });
  });

  test('has nothing against a right recipe', () => {
    expect(recipeDiagnostics('positive: a\nnegative: b\n', uri)).toEqual([]);
  });

  test.each([
    'untitled:Untitled-1',
    'vscode-remote://host/work/x.steer.yaml',
    'git:/work/x.steer.yaml?%7B%22ref%22%3A%22HEAD%22%7D',
    'file:///work/%2Fx.steer.yaml',
    'file:///work/%zz.steer.yaml',
    'file://server/share/x.steer.yaml',
    'not a URI at all',
    '',
  ])('takes a document from %j', (uri) => {
    expect(recipeDiagnostics('positive: a\nnegative: b\n', uri)).toEqual([]);
  });
});

describe('isRecipe', () => {
  test.each([
    ['steer-recipe', 'untitled:Untitled-1', true],
    ['yaml', 'file:///a/x.steer.yaml', true],
    ['yaml', 'file:///a/x.STEER.YML', true],
    ['plaintext', 'file:///a/.steer.yaml', true],
    ['yaml', 'file:///a/x.yaml', false],
    ['yaml', 'file:///a/steer.yaml', false],
    ['yaml', 'file:///a/x.steer.yaml/values.yaml', false],
  ])('%s at %s: %s', (languageId, uri, expected) => {
    expect(isRecipe({ uri, languageId })).toBe(expected);
  });
});
