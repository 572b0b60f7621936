/**
 * What `tokenizers` 0.23 leaves alone in normalizing, because its tables are those of Unicode 9: characters that came or
 * changed later. Found by comparing all characters, alone and between marks.
 */
const later = [
  String.raw`\u07fd\u0897-\u089f\u08ca-\u08d3\u09fe\u0c3c\u0d3b\u0d3c\u0eba\u1715\u1abf-\u1add\u1ae0-\u1aeb`,
  String.raw`\u1df6-\u1dfa\u32ff\ua7f1-\ua7f4\ua82c\uab69\u{105c9}\u{105e4}\u{10781}-\u{10785}`,
  String.raw`\u{10787}-\u{107b0}\u{107b2}-\u{107ba}\u{10d24}-\u{10d27}\u{10d69}-\u{10d6d}\u{10eab}\u{10eac}`,
  String.raw`\u{10efa}\u{10efb}\u{10efd}-\u{10eff}\u{10f46}-\u{10f50}\u{10f82}-\u{10f85}\u{11070}\u{1133b}`,
  String.raw`\u{11383}\u{11385}\u{1138e}\u{11391}\u{113c5}\u{113c7}\u{113c8}\u{113ce}-\u{113d0}\u{1145e}`,
  String.raw`\u{11839}\u{1183a}\u{11938}\u{1193d}\u{1193e}\u{11943}\u{119e0}\u{11a34}\u{11a47}\u{11a99}`,
  String.raw`\u{11d42}\u{11d44}\u{11d45}\u{11d97}\u{11f41}\u{11f42}\u{16121}-\u{16128}\u{1612f}`,
  String.raw`\u{16d68}-\u{16d6a}\u{16ff0}\u{16ff1}\u{1ccd6}-\u{1ccf9}\u{1e030}-\u{1e06d}\u{1e08f}`,
  String.raw`\u{1e130}-\u{1e136}\u{1e2ae}\u{1e2ec}-\u{1e2ef}\u{1e4ec}-\u{1e4ef}\u{1e5ee}\u{1e5ef}\u{1e6e3}`,
  String.raw`\u{1e6e6}\u{1e6ee}\u{1e6ef}\u{1e6f5}\u{1f16c}\u{1fbf0}-\u{1fbf9}`,
].join('');

const atLater = new RegExp(`([${later}])`, 'u');
const everyLater = new RegExp(`[${later}]`, 'gu');

export type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A text in one of Unicode's forms, as far as `tokenizers` knows them. */
export function inForm(text: string, form: Form): string {
  return text
    .split(atLater)
    .map((piece, at) => (at % 2 === 1 ? piece : known(piece.normalize(form))))
    .join('');
}

/** Without characters that were composed and did not exist. */
function known(text: string): string {
  return text.replace(everyLater, (character) => character.normalize('NFD'));
}
