import { afterEach, expect, test } from 'vitest';
import { halves } from '../../../webview/middle.ts';
import { setStrings, t } from '../../../webview/strings.ts';

afterEach(() => setStrings({}));

test('a text is English until there is a translation, and has its values where the language wants them', () => {
  expect(t('Layer {0}, {1}', 7, 'mlp')).toBe('Layer 7, mlp');
  setStrings({ 'Layer {0}, {1}': '{1} in Schicht {0}' });
  expect(t('Layer {0}, {1}', 7, 'mlp')).toBe('mlp in Schicht 7');
  expect(t('constructor')).toBe('constructor');
});

test('a value is not a template', () => {
  expect(t('{0} is {1}', '{1}', 'x')).toBe('{1} is x');
});

test('a name is cut in its middle: what tells tensors apart stays', () => {
  expect(halves('model.layers.7.mlp.down_proj.weight')).toEqual(['model.layers.7.mlp.', 'down_proj.weight']);
  expect(halves('lm_head')).toEqual(['lm_head', '']);
  expect(halves('wte.weight')).toEqual(['wte.weight', '']);
});
