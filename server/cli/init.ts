import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { InitResult } from '#protocol/results.ts';
import { Command } from 'commander';
import { writeAtomically } from '../bytes/atomicWrite.ts';
import { exists } from '../bytes/stagingPlaces.ts';
import { ServerError } from '../errors.ts';
import { findBase } from '../models/findBase.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import type { WrittenReference } from '../recipes/modelReference.ts';
import { nameProblem } from '../recipes/recipeName.ts';
import { recipeText } from '../recipes/writeRecipe.ts';
import { openReference } from './openReference.ts';
import { examples, forceOption, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';
import { shownPath } from './shownPath.ts';

interface InitFlags {
  readonly output?: string;
  readonly force?: boolean;
}

/** `steer init POSITIVE NEGATIVE`: a commented recipe from two fine-tunes. */
export function initCommand(run: Run): Command {
  const command = new Command('init')
    .summary('a recipe from two fine-tunes')
    .description('Writes a commented recipe from two fine-tunes of one base.')
    .argument('<positive>', 'fine-tune that shows the behaviour')
    .argument('<negative>', 'fine-tune that shows its opposite, or the base')
    .option('-o, --output <file>', 'where the recipe goes; default: the name of POSITIVE.steer.yaml')
    .addOption(forceOption())
    .addOption(jsonOption())
    .action((positive: string, negative: string, flags: InitFlags) =>
      run((session) => initiated([positive, negative], flags, session)),
    );
  return examples(command, [
    ['steer init adapters/honest adapters/sycophantic', 'writes honest.steer.yaml'],
    ['steer init adapters/honest models/base -o recipes/honest.steer.yaml', 'from the base to the fine-tune'],
  ]);
}

async function initiated(
  sides: readonly [string, string],
  flags: InitFlags,
  session: Session,
): Promise<Answer> {
  const { folder } = session;
  const positive = fineTune(await openReference(sides[0], session));
  const negative = fineTune(await openReference(sides[1], session));
  const name = nameOf(positive);
  const path = resolve(folder, flags.output ?? `${name}.steer.yaml`);
  if (flags.force !== true && (await exists(path))) {
    throw new ServerError(
      'output-exists',
      path,
      'exists already; choose another with -o, or replace it with --force',
    );
  }
  const base = await baseOf([positive, negative], session);
  const from = dirname(path);
  const named = base && referenceFrom(from, base);
  const sideOf = (model: Model) => (model.path === base?.path ? 'base' : notBase(referenceFrom(from, model)));
  const text = recipeText({
    name,
    ...(named !== undefined && { base: named }),
    positive: sideOf(positive),
    negative: sideOf(negative),
  });
  await writeAtomically(path, text);
  const result: InitResult = { path, base: named ?? null };
  return { result, text: initText(result, folder) };
}

function initText({ path, base }: InitResult, folder: string): string {
  const shown = shownPath(path, folder);
  const about = base === null ? 'no base was found; name it in the recipe (base: …)' : `the base is ${base}`;
  return `Wrote ${shown}: ${about}.\nNext: steer write ${shown}`;
}

/** What one base has in two versions: checkpoints and adapters. */
function fineTune(model: Model): Model {
  if (model.kind === 'checkpoint' || model.kind === 'adapter') return model;
  const what = model.kind === 'run' ? 'a training run; name one of its checkpoints' : 'a stored direction';
  throw new ServerError('not-a-model', model.path, `is ${what}, and here a fine-tune is needed`);
}

/** What the adapters stand on; else, of an adapter and a checkpoint, the checkpoint that the adapter fits. */
async function baseOf(sides: readonly Model[], { folder, signal }: Session): Promise<Checkpoint | undefined> {
  const adapters = sides.filter((model) => model.kind === 'adapter');
  if (adapters.length === 0) return undefined;
  const { checkpoint } = await findBase({ adapters, workspace: folder, signal });
  return checkpoint ?? sides.find((model) => model.kind === 'checkpoint');
}

/** Names become part of file names: what cannot is replaced. */
function nameOf({ path, reference }: Model): string {
  const last =
    basename(/[\\/]\.{0,2}$/.test(reference) ? path : reference.replace(/@.*$/, '')) || basename(path);
  return nameProblem(last) === undefined ? last : 'recipe';
}

/** A Hub id as it was given, else a path from the recipe's folder, with forward slashes. */
function referenceFrom(folder: string, model: Model): string {
  const isFromHub = 'hubId' in model && model.hubId !== undefined;
  if (isFromHub) return model.reference;
  const way = relative(folder, model.path).split(sep).join('/');
  return way === '' ? '.' : way;
}

/** In a recipe, `base` means its base; a folder of that name is `./base`. */
function notBase(reference: string): WrittenReference {
  return reference === 'base' ? './base' : reference;
}
