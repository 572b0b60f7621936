import type { Strings } from '#protocol/panel.ts';

let strings: Strings = {};

/** Translations from now on; `show` brings them. */
export function setStrings(translations: Strings): void {
  strings = translations;
}

/** The text in the user's language, `{0}`, `{1}` … replaced by the values. */
export function t(english: string, ...values: readonly (string | number)[]): string {
  const text = Object.hasOwn(strings, english) ? (strings[english] ?? english) : english;
  return text.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));
}
