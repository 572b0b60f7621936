/**
 * Text as a terminal may show it: control characters, which names in files can hold, are spelled out (`\u{1b}`), so
 * that nothing in a file moves the cursor or changes a colour. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- Control characters are what is looked for.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u{${code.toString(16)}}`;
  });
}
