import { isJsonObject } from '../models/jsonFile.ts';
import type { Fields } from './fields.ts';

/**
 * Parameters of OpenAI's API and of servers like it that would make another answer, and are not done here, with the
 * values that ask for nothing besides those that are empty. Every other unknown parameter is passed over.
 */
const unsupported = new Map<string, readonly unknown[]>([
  ['tools', []],
  ['tool_choice', ['none', 'auto']],
  ['functions', []],
  ['function_call', ['none', 'auto']],
  ['modalities', []],
  ['audio', []],
  ['web_search_options', []],
  ['reasoning_effort', ['none']],
  ['logit_bias', []],
  ['frequency_penalty', []],
  ['presence_penalty', []],
  ['suffix', []],
  ['best_of', [1]],
  ['min_tokens', []],
  ['ignore_eos', []],
  ['stop_token_ids', []],
  ['bad_words', []],
  ['use_beam_search', []],
  ['length_penalty', [1]],
  ['structured_outputs', []],
  ['guided_json', []],
  ['guided_regex', []],
  ['guided_choice', []],
  ['guided_grammar', []],
  ['grammar', []],
  ['json_schema', []],
  ['prompt_logprobs', []],
  ['typical_p', [1]],
  ['mirostat', []],
  ['chat_template', []],
  ['chat_template_kwargs', []],
  ['add_generation_prompt', [true]],
  ['continue_final_message', []],
]);

/** 400 by the name of what would change the answer and is not done. */
export function refuseUnsupported(fields: Fields): void {
  for (const name of fields.names) {
    const value = fields.value(name);
    const isNeutral =
      asksForNothing(value) || unsupported.get(name)?.includes(value) === true || isPlainText(name, value);
    if (isNeutral || !(unsupported.has(name) || name === 'response_format')) continue;
    throw fields.refuse(name, 'is not supported, and would change the answer', 'unsupported_parameter');
  }
}

function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function isPlainText(name: string, value: unknown): boolean {
  if (name === 'modalities') return Array.isArray(value) && value.every((each) => each === 'text');
  return name === 'response_format' && isJsonObject(value) && value['type'] === 'text';
}
