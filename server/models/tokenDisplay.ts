/** Bytes that GPT-2's tokenizer writes as the letters of the same number; the others are the letters from 256 on. */
const kept = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

const byteOf: ReadonlyMap<string, number> = new Map(
  (() => {
    let next = 256;
    return Array.from({ length: 256 }, (_, byte): [string, number] => [
      String.fromCodePoint(kept(byte) ? byte : next++),
      byte,
    ]);
  })(),
);

/** The text of a token in which letters stand for bytes (`bytes_to_unicode` of GPT-2); bytes that are no UTF-8 become `\x9f`. */
export function byteLevelText(token: string): string {
  const bytes: number[] = [];
  for (const letter of token) {
    const byte = byteOf.get(letter);
    if (byte === undefined) return token;
    bytes.push(byte);
  }
  return utf8(bytes);
}

function utf8(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((many) => decoded(bytes.slice(at, at + many)) !== undefined);
    const found = length === undefined ? undefined : decoded(bytes.slice(at, at + length));
    text += found ?? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
    at += length ?? 1;
  }
  return text;
}

function decoded(bytes: readonly number[]): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** White space as marks that can be seen. */
export function spacesShown(text: string): string {
  return text.replaceAll(' ', '·').replaceAll('\n', '↵').replaceAll('\t', '⇥').replaceAll('\r', '␍');
}
