import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedCopy } from '../plan.ts';

const largest = 64 * 2 ** 20;

/** Weights in any format and their indexes, training state, cards: what an output has of its own, or not at all. */
const left: readonly RegExp[] = [
  /^\./,
  /^readme\.md$/i,
  /\.(safetensors|bin|pt|pth|ckpt|gguf|ggml|h5|msgpack|onnx|onnx_data|npz|npy|pkl|pickle|ot|mlmodel|tflite)$/i,
  /\.(safetensors|bin|h5|msgpack)\.index\.json$/i,
  /^(?:trainer_state\.json|training_args\..+|latest|(?:optimizer|scheduler|scaler|rng_state(?:_\d+)?)(?:\.\w+)?)$/i,
  /^(adapter_config|direction|steering|journal)\.json$/i,
];

/**
 * What goes along with a checkpoint's weights: tokenizer, templates, licences, code. Regular files of the top folder,
 * links followed, up to 64 MB each; sorted by name. `config.json` is among them.
 */
export async function sidecarsOf(folder: string, signal: AbortSignal): Promise<readonly PlannedCopy[]> {
  const copies: PlannedCopy[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    signal.throwIfAborted();
    if (left.some((pattern) => pattern.test(name))) continue;
    const from = join(folder, name);
    const facts = await stat(from).catch(() => undefined); // A dangling link is no sidecar.
    if (facts?.isFile() === true && facts.size <= largest) copies.push({ name, from, size: facts.size });
  }
  return copies;
}
