const longest = 60;

/** A text out of a file as messages quote it: what is longer than a line is cut. */
export function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** In double quotes, with everything invisible escaped. */
export function inQuotes(text: string): string {
  return JSON.stringify(shortened(text));
}
