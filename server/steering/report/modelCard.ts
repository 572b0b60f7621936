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
  const fence = fenceOf(recipe);
  return [
    '---',
    ...frontMatter(facts),
    '---',
    `# ${inOneLine(title)}`,
    '',
    `Steered with weight arithmetic (contrastive weight steering, arXiv 2511.05408) by ${tool} at strength ${strength}.`,
    ...(facts.format === 'gguf-adapter' ? ['', scaleSentence(strength)] : []),
    ...(rounding === null ? [] : ['', roundingSentence(rounding)]),
    '',
    'The recipe:',
    '',
    `${fence}yaml`,
    recipe.trimEnd(),
    fence,
    '',
  ].join('\n');
}

function frontMatter({ format, baseHubId }: CardFacts): readonly string[] {
  const relation = format === 'checkpoint' ? 'merge' : 'adapter';
  return [
    ...(format === 'gguf-adapter'
      ? []
      : [`library_name: ${format === 'checkpoint' ? 'transformers' : 'peft'}`]),
    ...(baseHubId === undefined
      ? []
      : [`base_model: ${JSON.stringify(baseHubId)}`, `base_model_relation: ${relation}`]),
    'tags:',
    ...(format === 'gguf-adapter' ? ['- gguf'] : []),
    '- merge',
    '- weight-steering',
  ];
}

function scaleSentence(strength: number): string {
  return `\`adapter.gguf\` holds the direction at strength 1, and llama.cpp's scale is the strength: \`--lora-scaled adapter.gguf:${strength}\`.`;
}

/** Longer than any that a name or pattern in the recipe might hold, which would end the block. */
function fenceOf(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(longest + 1);
}

/** A folder's name may hold anything; a line break would begin another paragraph. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
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
