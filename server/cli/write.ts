import { resolve } from 'node:path';
import type { WrittenOutput } from '#protocol/results.ts';
import { Command, Option } from 'commander';
import { ServerError } from '../errors.ts';
import { outputPaths } from '../recipes/outputPath.ts';
import { pathProblem } from '../recipes/placeholders.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { parseStrengths, withStrengths } from '../recipes/strengths.ts';
import { dryRun } from '../steering/dryRun.ts';
import type { SteerRequest } from '../steering/request.ts';
import { writeSteered } from '../steering/writeSteered.ts';
import type { DeviceChoice } from '../work/devices.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { loadCommands } from '../tasks/loadCommands.ts';
import { steerRequest } from '../tasks/writeRecipe.ts';
import { deviceOption, examples, forceOption, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { dryRunText, writtenText } from './writeText.ts';

interface WriteFlags {
  readonly output?: string;
  readonly strength: readonly string[];
  readonly format?: SteerRequest['format'];
  readonly device: DeviceChoice;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly hash?: boolean;
}

/** `steer write RECIPE`: writes the steered models. */
export function writeCommand(run: Run): Command {
  const command = new Command('write')
    .summary('write steered models')
    .description('Writes the steered model of a recipe, at one strength or several.')
    .argument('<recipe>', 'a *.steer.yaml file')
    .option(
      '-o, --output <folder>',
      "where it goes, in place of the recipe's output.path; knows {name} and {strength}",
    )
    .addOption(strengthOption())
    .addOption(formatOption())
    .option('--dry-run', 'say what would be written and what it takes, and write nothing')
    .addOption(forceOption())
    .addOption(deviceOption())
    .option('--hash', 'record the SHA-256 of every input in full, not of small files only')
    .addOption(jsonOption())
    .action((recipe: string, flags: WriteFlags) => run((session) => written(recipe, flags, session)));
  return examples(command, [
    ['steer write honest.steer.yaml', 'at the strength, and to the place, that the recipe gives'],
    ['steer write honest.steer.yaml --strength -1 0.5 1.5', 'three models from one read of the inputs'],
    ['steer write honest.steer.yaml --strength -2:2:0.5 --dry-run', 'what nine models would take'],
    ['steer write both.steer.yaml --strength honest=1.5,refusal=-0.5', 'by the names of its directions'],
    ['steer write honest.steer.yaml --format adapter -o out/adapter', 'as an adapter that loads on the base'],
    ['steer write honest.steer.yaml --format gguf-adapter -o out/gguf', 'as an adapter for llama.cpp'],
  ]);
}

function strengthOption(): Option {
  return new Option(
    '--strength <k...>',
    "replaces the recipe's strengths: numbers, lists, ranges FROM:TO:STEP, NAME=K",
  )
    .default([], "the recipe's")
    .argParser((value: string, before: readonly string[]) => [...before, value]);
}

function formatOption(): Option {
  return new Option('--format <format>', "what to write, in place of the recipe's output.format").choices([
    'auto',
    'adapter',
    'checkpoint',
    'direction',
    'gguf-adapter',
  ]);
}

async function written(path: string, flags: WriteFlags, session: Session): Promise<Answer> {
  const { folder, signal, warnings, report, onKept } = session;
  const recipe = withStrengths(
    await readRecipe(resolve(folder, path), signal),
    parseStrengths(flags.strength),
  );
  const outputs = destinations(recipe, flags.output, folder);
  const format = flags.format ?? recipe.output.format;
  const request = await steerRequest(recipe, { outputs, format }, session);
  if (flags.dryRun === true) {
    const result = await dryRun(request, { signal, warnings });
    return { result, text: dryRunText(result, folder) };
  }
  await using work = new LazyWork(flags.device, signal);
  const result = await writeSteered(request, {
    force: flags.force ?? false,
    work: work.open,
    signal,
    warnings,
    report,
    onKept,
    hash: flags.hash === true ? 'always' : 'small',
  });
  const hints = (output: WrittenOutput) =>
    output.format === 'adapter' || output.format === 'gguf-adapter'
      ? loadCommands(output, request.resolved, folder)
      : [];
  return { result, text: writtenText(result, { folder, hints }) };
}

/** `-o` is relative to the current folder, the recipe's own path to the recipe's. */
function destinations(recipe: Recipe, output: string | undefined, folder: string): SteerRequest['outputs'] {
  if (output === undefined) return outputPaths(recipe);
  const problem = pathProblem(output);
  if (problem !== undefined) throw new ServerError('usage', '-o', problem);
  return outputPaths({ ...recipe, folder, output: { ...recipe.output, path: output } });
}
