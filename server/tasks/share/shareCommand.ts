import { resolve } from 'node:path';
import { shellWord } from '../../shellWord.ts';
import { below } from '../handedOn.ts';
import type { ShareParams } from './shareRecipe.ts';

/** The command that makes a page again, in the recipe's folder. */
export function shareCommand(params: ShareParams): string {
  const { subject, output, recipe, promptFile, strengths, maxTokens, sampling, withRandom } = params;
  const folder = resolve(recipe.folder);
  const { temperature, seed } = sampling;
  const words = [
    below(subject, folder),
    '--prompts',
    below(promptFile, folder),
    '-o',
    below(output, folder),
    ...(strengths.length > 0 ? [`--strength=${strengths.join(',')}`] : []),
    '--max-tokens',
    String(maxTokens),
    ...(temperature === 0 ? [] : ['--temperature', String(temperature)]),
    ...(seed === 0 ? [] : ['--seed', String(seed)]),
    ...(withRandom ? [] : ['--no-random']),
  ];
  return ['steer', 'share', ...words].map(shellWord).join(' ');
}
