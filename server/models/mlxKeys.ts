const pattern = /^(.+)\.(?:lora_(a|b)|(m))$/s;

/** What a key of an MLX adapter is for; undefined for a tensor that was trained whole. */
export function mlxKey(
  name: string,
): { readonly module: string; readonly part: 'a' | 'b' | 'm' } | undefined {
  const [, module = '', factor, magnitude] = pattern.exec(name) ?? [];
  if (factor === 'a' || factor === 'b') return { module, part: factor };
  return magnitude === undefined ? undefined : { module, part: 'm' };
}
