/**
 * The character that stands for each byte in byte-level tokens (GPT-2's `bytes_to_unicode`): printable ones of Latin-1
 * for themselves, the rest from U+0100 on.
 */
export const characterOfByte: readonly string[] = characters();

export const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

function characters(): readonly string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}
