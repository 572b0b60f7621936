/** Markup that is known to be safe: made by `markup` alone, which escapes whatever is put into it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[];

/**
 * Markup with values in it: texts are escaped, in elements and between the double quotes of attributes alike, and `Html` stays
 * as it is. What is written has to be well-formed XML too.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = strings.map(
    (text, index) => `${text}${index < parts.length ? toText(parts[index] ?? '') : ''}`,
  );
  return new Html(texts.join(''));
}

export const nothing = new Html('');

function toText(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escaped(part) : part.map(({ text }) => text).join('\n');
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Control characters and those that turn the direction of writing, which names in files can hold, are shown as �. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line eslint/no-control-regex -- Control characters are what is looked for.
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (character) => entities.get(character) ?? character)
  );
}
