import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';

const formats: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /\.(?:ckpt|pkl|pickle)$/i,
    'a pickle that is no file of weights alone; load it with torch and save its state_dict() with safetensors',
  ],
  [
    /\.ggml$/i,
    'in a format that llama.cpp had before GGUF, which is not read; convert it with a newer llama.cpp',
  ],
  [
    /\.(?:h5|msgpack|onnx|onnx_data|npz|tflite|pb)$/i,
    'in a format that is not read; use the model as safetensors (save_pretrained writes it)',
  ],
];

/** What trainers keep beside the weights. */
const companion =
  /^(?:training_args|optimizer|scheduler|scaler|rng_state.*|random_states.*|tokenizer|.*tokenizer.*)\.\w+$/i;

/** Weights in a file for other readers only: `unsupported-format`, with what to do; undefined for any other file. */
export function unsupportedFile(path: string): ServerError | undefined {
  const what = formatOf(path);
  return what === undefined ? undefined : new ServerError('unsupported-format', path, `is ${what}`);
}

/** The same for a folder that holds such files. */
export function unsupportedAmong(folder: string, names: Iterable<string>): ServerError | undefined {
  const name = [...names].toSorted().find((each) => formatOf(each) !== undefined && !isCompanion(each));
  if (name === undefined) return undefined;
  return new ServerError(
    'unsupported-format',
    folder,
    `has no safetensors weights but ${quote(name)}, ${formatOf(name)}`,
  );
}

/** Whether a file is training state or a tokenizer, whatever format it has. */
export function isCompanion(name: string): boolean {
  return companion.test(name);
}

function formatOf(name: string): string | undefined {
  return formats.find(([pattern]) => pattern.test(name))?.[1];
}
