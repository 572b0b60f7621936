import { resolve } from 'node:path';
import type { ContrastResult } from '#protocol/results.ts';
import { Command } from 'commander';
import { readRecipe } from '../recipes/readRecipe.ts';
import { storeDirection } from '../steering/storeDirection.ts';
import type { DeviceChoice } from '../work/devices.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { counted, percent, significant } from '../numbers.ts';
import { openRecipe } from '../tasks/openRecipe.ts';
import { deviceOption, examples, forceOption, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { reductionLines } from './reductionLines.ts';
import { shownPath } from '../shownPath.ts';

interface ContrastFlags {
  readonly output: string;
  readonly device: DeviceChoice;
  readonly force?: boolean;
}

/** `steer contrast RECIPE -o DIR`: computes w and stores it. */
export function contrastCommand(run: Run): Command {
  const command = new Command('contrast')
    .summary('compute a direction and store it')
    .description('Computes the direction of a recipe and stores it in a folder.')
    .argument('<recipe>', 'a *.steer.yaml file')
    .requiredOption('-o, --output <folder>', 'where the direction goes')
    .addOption(forceOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .action((recipe: string, flags: ContrastFlags) => run((session) => contrasted(recipe, flags, session)));
  return examples(command, [
    [
      'steer contrast honest.steer.yaml -o directions/honest',
      'the difference of two fine-tunes, to be used again',
    ],
    ['steer contrast honest.steer.yaml -o directions/honest --force', 'in place of an older one'],
  ]);
}

async function contrasted(
  path: string,
  { output, device, force = false }: ContrastFlags,
  session: Session,
): Promise<Answer> {
  const { folder, signal, warnings, report, onKept } = session;
  const resolved = await openRecipe(await readRecipe(resolve(folder, path), signal), session);
  await using work = new LazyWork(device, signal);
  const options = { force, work: work.open, signal, warnings, report, onKept };
  const result = await storeDirection(resolved, resolve(folder, output), options);
  return { result, text: contrastText(result, folder) };
}

export function contrastText(
  { path, norm, tensors, inputs, ...reductions }: ContrastResult,
  folder: string,
): string {
  const { lowRank, dense, zero } = tensors;
  const parts = [
    ...(lowRank === 0 ? [] : [`${counted(lowRank, 'tensor')} as factors`]),
    ...(dense === 0 ? [] : [`${counted(dense, 'tensor')} in full`]),
    `${zero} not moved`,
  ];
  const lines = [`Stored ${shownPath(path, folder)}: ‖w‖ ${significant(norm)}, ${parts.join(', ')}.`];
  if (inputs !== null) {
    const close = `${percent(inputs.withinOneUlp)} differ by at most one unit in the last place`;
    lines.push(`Of the two fine-tunes' elements ${percent(inputs.identical)} are identical; ${close}.`);
  }
  return [...lines, ...reductionLines(reductions)].join('\n');
}
