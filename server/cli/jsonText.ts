/**
 * JSON that a terminal may show: control characters and those that turn the direction of text are escaped, so that
 * `printable` leaves it as it is.
 */
export function jsonText(value: unknown): string {
  // oxlint-disable-next-line eslint/no-control-regex -- Control characters are what is looked for.
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u${code.toString(16).padStart(4, '0')}`;
  });
}
