const whiteSpace = /^\p{White_Space}$/u;

/** Where the white space that a text ends with begins. From its end: a pattern would begin anew at every space of the text. */
export function endWithout(
  text: string,
  isSpace = (character: string) => whiteSpace.test(character),
): number {
  let end = text.length;
  while (end > 0) {
    const isPair =
      /[\udc00-\udfff]/.test(text.charAt(end - 1)) && /[\ud800-\udbff]/.test(text.charAt(end - 2));
    const start = end - (isPair ? 2 : 1);
    if (!isSpace(text.slice(start, end))) break;
    end = start;
  }
  return end;
}
