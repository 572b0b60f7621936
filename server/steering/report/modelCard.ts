import type { OutputFormat } from '#protocol/results.ts';
import type { Rounding } from './roundingReport.ts';

export interface CardFacts {
  readonly title: string;
  readonly format: OutputFormat;
  readonly strength: number;
  /** Hub ids only; what lives in a folder has no name that means anything elsewhere. */
  readonly baseHubId: string | undefined;
  readonly recipe: string;
  readonly rounding: Rounding | null;
  readonly tool: string;
}

/** `README.md` of an output: the Hub's front matter, what was done, and the recipe to do it again. */
export function modelCard(facts: CardFacts): string {
  const { title, strength, recipe, rounding, tool } = facts;
  return [
    '---',
    ...frontMatter(facts),
    '---',
    `# ${title}`,
    '',
    `Steered with weight arithmetic (contrastive weight steering, arXiv 2511.05408) by ${tool} at strength ${strength}.`,
    ...(rounding === null ? [] : ['', roundingSentence(rounding)]),
    '',
    'The recipe:',
    '',
    '```yaml',
    recipe.trimEnd(),
    '```',
    '',
  ].join('\n');
}

function frontMatter({ format, baseHubId }: CardFacts): readonly string[] {
  const relation = format === 'checkpoint' ? 'merge' : 'adapter';
  return [
    `library_name: ${format === 'checkpoint' ? 'transformers' : 'peft'}`,
    ...(baseHubId === undefined ? [] : [`base_model: ${baseHubId}`, `base_model_relation: ${relation}`]),
    'tags:',
    '- merge',
    '- weight-steering',
  ];
}

function roundingSentence({ requested, realised, cosine, unmoved }: Rounding): string {
  const facts = [
    `requested change ${requested.toPrecision(6)}`,
    `realised ${realised.toPrecision(6)}`,
    `cosine ${cosine.toFixed(6)}`,
    `${(100 * unmoved).toPrecision(3)} % of the elements unmoved`,
  ];
  return `Rounding: ${facts.join(', ')}.`;
}
