/** Of a letter of the usual text in a drawing, in pixels; the mean of sans-serif fonts, rounded up. */
const letter = 5;

/** A text in lines that fit this many pixels, broken between words; a longer word stands alone. */
export function wrapped(text: string, width: number): readonly string[] {
  const most = Math.floor(width / letter);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A name in this many pixels, its middle left out if it must be, since names differ at their ends. */
export function shortened(name: string, width: number): string {
  const most = Math.max(3, Math.floor(width / letter));
  if (name.length <= most) return name;
  const start = Math.ceil((most - 1) / 2);
  return `${name.slice(0, start)}…${name.slice(name.length - (most - 1 - start))}`;
}
