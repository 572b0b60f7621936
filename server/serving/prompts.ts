import type { Fields } from './fields.ts';

/** What a completion goes on from. */
export interface Prompt {
  readonly ids: readonly number[];
  /** As it was given; absent: as ids. */
  readonly text?: string;
}

/** OpenAI's limit; without one a small request is asked for millions of texts. */
const mostPrompts = 2048;

/** A text, some texts, token ids, or some lists of them. */
export function readPrompts(fields: Fields, encode: (text: string) => readonly number[]): readonly Prompt[] {
  const value = fields.value('prompt');
  const list: readonly unknown[] = Array.isArray(value) && !isIds(value) ? value : [value];
  if (list.length === 0) throw fields.refuse('prompt', 'is empty');
  if (list.length > mostPrompts) throw fields.refuse('prompt', `has more than ${mostPrompts} prompts`);
  return list.map((each) => {
    if (typeof each === 'string') return { ids: encode(each), text: each };
    if (isIds(each)) return { ids: each };
    throw fields.refuse('prompt', 'is neither text nor token ids');
  });
}

function isIds(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => Number.isSafeInteger(id) && id >= 0);
}
