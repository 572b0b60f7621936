/** The three kinds of files that hold tensors. */
export type Container = 'safetensors' | 'pickle' | 'gguf';

const pickles = /\.(?:bin|pt|pth|ckpt)$/i;

/** By its name, as everybody who loads it goes by its name. */
export function containerOf(path: string): Container {
  if (/\.gguf$/i.test(path)) return 'gguf';
  return pickles.test(path) ? 'pickle' : 'safetensors';
}
