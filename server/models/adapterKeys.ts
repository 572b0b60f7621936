/** What one key of an adapter file is for. Modules and tensors are named without PEFT's wrappers around them. */
export type AdapterKey =
  | { readonly part: FactorPart; readonly module: string }
  | { readonly part: 'magnitude' | 'tokens' | 'bias'; readonly module: string }
  | { readonly part: 'whole'; readonly tensor: string }
  /** The untouched twin of a module that is saved whole. */
  | { readonly part: 'original' };

export type FactorPart = 'A' | 'B' | 'embedding_A' | 'embedding_B';

const factor = /^(.+)\.lora_(?:embedding_)?(?:A|B)(?=\.|$)/;

/** Reads a key as PEFT has written it in any version, with an adapter name in it or without. */
export function parseAdapterKey(key: string): AdapterKey {
  const name = key.startsWith('base_model.model.') ? key.slice('base_model.model.'.length) : key;
  return parseTrained(name) ?? parseWhole(name);
}

function parseTrained(name: string): AdapterKey | undefined {
  const [start, module = ''] = factor.exec(name) ?? [];
  if (start === undefined) return parseOther(name);
  const kind = start.slice(module.length + '.lora_'.length);
  const rest = name.slice(start.length);
  const isWeight = kind.startsWith('embedding_')
    ? /^(?:\.[^.]+)?$/.test(rest)
    : /^(?:\.[^.]+)?\.weight$/.test(rest);
  if (isWeight && isFactorPart(kind)) return { part: kind, module };
  return kind === 'B' && /^(?:\.[^.]+)?\.bias$/.test(rest) ? { part: 'bias', module } : undefined;
}

function parseOther(name: string): AdapterKey | undefined {
  const [, magnitude] = /^(.+)\.lora_magnitude_vector(?:\.|$)/.exec(name) ?? [];
  if (magnitude !== undefined) return { part: 'magnitude', module: magnitude };
  const [, tokens] = /^(.+)\.token_adapter\./.exec(name) ?? [];
  return tokens === undefined ? undefined : { part: 'tokens', module: tokens };
}

function parseWhole(name: string): AdapterKey {
  if (/\.original_module\./.test(name)) return { part: 'original' };
  const tensor = name.replace(/\.modules_to_save(?:\.default)?(?=\.)/, '').replace(/\.base_layer(?=\.)/, '');
  return { part: 'whole', tensor };
}

function isFactorPart(kind: string): kind is FactorPart {
  return kind === 'A' || kind === 'B' || kind === 'embedding_A' || kind === 'embedding_B';
}
