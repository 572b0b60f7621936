/** What is open where a text of tags ends or another tag closes; undefined where all are closed in order. */
export function firstUnclosed(text: string): string | undefined {
  const open: string[] = [];
  const body = text.replace(/^<!DOCTYPE html>/, '').replace(/<style>[^<]*<\/style>/, '');
  for (const [tag, end = '', name = '', attributes = '', alone = ''] of body.matchAll(
    /<(\/?)([a-z][\w-]*)((?:\s+[\w-]+="[^"<>]*")*)\s*(\/?)>/gi,
  )) {
    if (end !== '' && (open.pop() !== name || attributes !== '')) return tag;
    if (end === '' && alone === '') open.push(name);
  }
  const rest = body.replaceAll(/<(\/?)([a-z][\w-]*)((?:\s+[\w-]+="[^"<>]*")*)\s*(\/?)>/gi, '');
  return open.at(-1) ?? /[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/.exec(rest)?.[0];
}
