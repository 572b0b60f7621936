import type { Subject } from '#protocol/analysis.ts';
import type { GenerationBands, MildBand } from '#protocol/generation.ts';
import type { TextsProgress } from '#protocol/requests.ts';
import { planGenerator } from '../generation/generator.ts';
import { mildDivergence } from '../generation/mildBand.ts';
import { neutralTexts } from '../generation/neutralTexts.ts';
import { openTokenizer } from '../generation/tokenizer.ts';
import { withWarnings } from '../steering/report/report.ts';
import { generationRecipe } from './generationSubject.ts';
import type { KeptGenerator } from './keptGenerator.ts';
import { openSteeredModel } from './steeredModel.ts';
import type { TaskContext } from './taskContext.ts';

interface Measuring {
  readonly kept: KeptGenerator;
  readonly tell: (progress: TextsProgress) => void;
}

/** The mild band of each direction of a subject. Errors: those of the recipe, the tokenizer and the graph. */
export async function measureBands(
  subject: Subject,
  context: TaskContext,
  { kept, tell }: Measuring,
): Promise<GenerationBands> {
  const { signal, warnings } = context;
  const recipe = await generationRecipe(subject, context);
  const { steered, place } = await openSteeredModel(recipe, context);
  const tokenizer = await openTokenizer(place, signal);
  const texts = neutralTexts.map((text) => tokenizer.encode(text).ids);
  const generator = await kept.of(await planGenerator(steered, signal), () => {});
  const bands: MildBand[] = [];
  for (const direction of steered.directions.keys()) {
    const onText = (done: number, total: number) =>
      tell({ done: direction * total + done, total: steered.directions.length * total });
    bands.push(await generator.mildBand({ texts, direction, signal, onText }));
  }
  return withWarnings({ bands, divergence: mildDivergence, texts: texts.length }, warnings);
}
