import { describe, expect, test } from 'vitest';
import { loadCommands } from '../../../server/tasks/loadCommands.ts';
import type { Term } from '../../../server/directions/term.ts';
import { dense } from '../../../server/directions/terms.ts';
import { toLowRank } from '../../../server/directions/fineTune.ts';
import type { ResolvedRecipe } from '../../../server/recipes/resolvedRecipe.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import { checkpoint, factors, fineTune, stored } from '../directions/samples.ts';

const folder = '/work';
const q = 'model.layers.0.self_attn.q_proj.weight';
const lowRank: Term = toLowRank(factors('a', q));

test('an adapter loads with PEFT and vLLM on its base', () => {
  expect(commands({ path: '/work/out/a', rank: 12 }, { [q]: lowRank })).toEqual([
    'PEFT: PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("/base"), "out/a")',
    'vLLM: vllm serve /base --enable-lora --max-lora-rank 16 --lora-modules w=out/a',
  ]);
});

test('a Hub model goes by its id, and odd paths are quoted', () => {
  const lines = commands({ path: "/elsewhere/it's $HOME", rank: 1 }, { [q]: lowRank }, 'Qwen/Qwen2.5-0.5B');
  expect(lines[0]).toContain('from_pretrained("Qwen/Qwen2.5-0.5B"), "/elsewhere/it\'s $HOME")');
  expect(lines[1]).toContain(String.raw`--max-lora-rank 1 --lora-modules 'w=/elsewhere/it'\''s $HOME'`);
});

describe('vLLM refuses', () => {
  test.each<[string, number, Record<string, Term>, RegExp]>([
    ['more rank than it knows', 513, { [q]: lowRank }, /its ranks end at 512/],
    ['embeddings', 8, { 'model.embed_tokens.weight': lowRank }, /changes model.embed_tokens.weight/],
    ['the head', 8, { 'lm_head.weight': dense(stored('a', 'lm_head.weight')) }, /changes lm_head.weight/],
    ['biases', 8, { [q]: lowRank, b: dense(stored('a', 'b', [4])) }, /holds whole tensors/],
  ])('%s', (_, rank, terms, message) => {
    expect(commands({ path: '/work/a', rank }, terms)[1]).toMatch(message);
  });
});

function commands(
  output: { path: string; rank: number },
  terms: Readonly<Record<string, Term>>,
  hubId?: string,
) {
  const base = { ...checkpoint('base', []), ...(hubId !== undefined && { hubId }) };
  const tensors = Object.entries(terms).map(
    ([name, term]) => [name, { name, shape: [4, 6], terms: [term] }] as const,
  );
  const { recipe } = parseRecipe('base: b\npositive: p\nnegative: n', { path: '/work/w.steer.yaml' });
  const resolved: ResolvedRecipe = {
    recipe: recipe!,
    base,
    target: fineTune({ checkpoint: base }),
    targetOnBase: true,
    direction: { name: 'w', tensors: new Map(tensors), untied: false },
    tied: undefined,
    layers: 1,
    contrasts: [],
    operands: [],
  };
  return loadCommands(output, resolved, folder);
}
