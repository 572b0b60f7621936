import type { Part } from './part.ts';
import { endWithout } from '../spaces.ts';
import { patternOf } from './pattern.ts';
import { inForm } from './unicodeForms.ts';

export type Normalizer = (text: string) => string;

/** What is done to a text before it is split. Refuses by name what is not done exactly. */
export function normalizerOf(part: Part | undefined): Normalizer {
  if (part === undefined) return (text) => text;
  switch (part.type) {
    case 'Sequence': {
      const steps = part.parts('normalizers').map(normalizerOf);
      return (text) => steps.reduce((value, step) => step(value), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = part.type;
      return (text) => inForm(text, form);
    }
    case 'Prepend': {
      const before = part.text('prepend') ?? '';
      return (text) => (text === '' ? '' : before + text);
    }
    case 'Replace': {
      const [pattern, content] = [patternOf(part), part.text('content') ?? ''];
      return (text) => text.replaceAll(pattern, () => content);
    }
    case 'Strip':
      return stripped(part);
    default:
      throw part.refuse(`the normalizer ${part.type}`);
  }
}

function stripped(part: Part): Normalizer {
  const [left, right] = [part.flag('strip_left', true), part.flag('strip_right', true)];
  return (text) => {
    const started = left ? text.replace(/^\p{White_Space}+/u, '') : text;
    return right ? started.slice(0, endWithout(started)) : started;
  };
}
