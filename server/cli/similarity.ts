import { Command } from 'commander';
import { compareDirections } from '../tasks/compareDirections.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { examples, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { similarityCsv, similarityText } from './similarityText.ts';

interface SimilarityFlags {
  readonly base?: string;
  readonly controls?: readonly string[];
  readonly csv?: boolean;
}

/** `steer similarity X Y …`: cosines of directions beside what chance would do. */
export function similarityCommand(run: Run): Command {
  const command = new Command('similarity')
    .summary('how alike directions are, and whether it is more than chance')
    .description(
      'Shows cosines between directions, over the model and its parts, and z: the cosine in standard deviations of a null.',
    )
    .argument('<subjects...>', 'recipes, stored directions, adapters, or checkpoints (less their base)')
    .option('--base <model>', 'what checkpoints are counted from')
    .option('--controls <models...>', 'what has nothing to do with it; default: random directions')
    .option('--csv', 'print every pair of every part as CSV')
    .addOption(jsonOption())
    .action((subjects: string[], flags: SimilarityFlags) =>
      run((session) => compared(subjects, flags, session)),
    );
  return examples(command, [
    ['steer similarity honest.steer.yaml adapters/task', 'does training on the task go along the direction'],
    ['steer similarity a b c --controls d e f', 'against fine-tunes on something else'],
    ['steer similarity models/a models/b --base models/base --csv', 'of checkpoints, for a spreadsheet'],
  ]);
}

async function compared(
  subjects: readonly string[],
  { csv = false, ...flags }: SimilarityFlags,
  session: Session,
): Promise<Answer> {
  await using work = new LazyWork('cpu', session.signal);
  const result = await compareDirections({ subjects, ...flags }, session, {
    work: work.open,
    tell: (progress) => {
      if (progress.kind === 'state') session.report(progress);
    },
  });
  return { result, text: csv ? similarityCsv(result) : similarityText(result) };
}
