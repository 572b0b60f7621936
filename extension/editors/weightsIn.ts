/** In the order in which one of them is opened as the whole. */
const whole = [
  /^model\.safetensors\.index\.json$/,
  /\.safetensors\.index\.json$/,
  /^(?:adapter_)?model\.safetensors$/,
  /^adapters?\.safetensors$/,
  /\.safetensors$/,
  /\.gguf$/,
  /^pytorch_model\.bin\.index\.json$/,
  /^(?:pytorch|adapter)_model.*\.bin$/,
  /\.(?:bin|pth?)$/,
];

/** Of the names in a folder, the file that stands for the model there; undefined where there is none. */
export function weightsIn(names: readonly string[]): string | undefined {
  const sorted = names.toSorted();
  for (const pattern of whole) {
    const found = sorted.find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return undefined;
}
