/** Whether a name fits what was typed: a part of it, or with `*` and `?` all of it. Upper and lower case are the same. */
export function nameFilter(typed: string): (name: string) => boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return () => true;
  if (!/[*?]/.test(wanted)) return (name) => name.toLowerCase().includes(wanted);
  const pattern = wanted.replaceAll(/[$()+.[\\\]^{|}]/g, String.raw`\$&`);
  const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
  return (name) => expression.test(name.toLowerCase());
}
