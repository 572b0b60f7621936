import { sep } from 'node:path';
import { placeOf } from '../models/placeOf.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { shownPath } from './shownPath.ts';

/** What vLLM's `--max-lora-rank` takes. */
const ranks = [1, 8, 16, 32, 64, 128, 256, 320, 512];

/** How to load an adapter that was written, and who cannot: lines of text, with paths as seen from `folder`. */
export function loadCommands(
  output: { readonly path: string; readonly rank: number | null },
  resolved: ResolvedRecipe,
  folder: string,
): readonly string[] {
  // Forward slashes: Python takes them on every system.
  const posix = (path: string) => shownPath(path, folder).split(sep).join('/');
  const on = resolved.target?.checkpoint ?? resolved.base;
  const model = on === undefined ? 'BASE' : (on.hubId ?? posix(on.path));
  const adapter = posix(output.path);
  const load = `PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(${JSON.stringify(model)}), ${JSON.stringify(adapter)})`;
  return [`PEFT: ${load}`, vllm({ ...output, model, adapter }, resolved)];
}

interface Served {
  readonly rank: number | null;
  readonly model: string;
  readonly adapter: string;
}

function vllm({ rank, model, adapter }: Served, { recipe, direction, target }: ResolvedRecipe): string {
  const names = [...direction.tensors.keys(), ...(target?.changes.keys() ?? [])];
  const holdsWhole = [...direction.tensors.values()].some(({ terms }) =>
    terms.some(({ kind }) => kind === 'dense'),
  );
  const outside = names.find((name) => ['embeddings', 'head'].includes(placeOf(name).group));
  if (holdsWhole || outside !== undefined || (target?.adapter?.whole.length ?? 0) > 0) {
    const what = outside === undefined ? 'holds whole tensors' : `changes ${outside}`;
    return `vLLM and llama.cpp refuse it, because it ${what}: write a checkpoint for them (--format checkpoint).`;
  }
  const largest = ranks.find((each) => each >= (rank ?? 0));
  if (largest === undefined)
    return `vLLM refuses it: its ranks end at ${ranks.at(-1)} (--format checkpoint).`;
  const serve = `vllm serve ${quoted(model)} --enable-lora --max-lora-rank ${largest}`;
  return `vLLM: ${serve} --lora-modules ${quoted(`${recipe.name}=${adapter}`)}`;
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./@=:+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
