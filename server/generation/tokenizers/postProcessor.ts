import type { Part } from './part.ts';

/** Ids with what comes before and after every text. */
export type PostProcessor = (ids: readonly number[]) => readonly number[];

/** Refuses by name what is not done exactly. */
export function postProcessorOf(part: Part | undefined): PostProcessor {
  if (part === undefined) return (ids) => ids;
  switch (part.type) {
    case 'ByteLevel':
      return (ids) => ids;
    case 'Sequence': {
      const steps = part.parts('processors').map(postProcessorOf);
      return (ids) => steps.reduce((value, step) => step(value), ids);
    }
    case 'TemplateProcessing':
      return template(part);
    default:
      throw part.refuse(`the post-processor ${part.type}`);
  }
}

function template(part: Part): PostProcessor {
  const special = part.part('special_tokens');
  const items = part.parts('single').map((item) => {
    const name = item.part('SpecialToken')?.text('id');
    return name === undefined ? undefined : idsOf(part, special?.part(name));
  });
  return (ids) => items.flatMap((fixed) => fixed ?? ids);
}

function idsOf(part: Part, token: Part | undefined): readonly number[] {
  const ids = token?.list('ids') ?? [];
  const numbers = ids.filter((id) => typeof id === 'number');
  if (numbers.length === 0) throw part.refuse('a template with a token that has no id');
  return numbers;
}
