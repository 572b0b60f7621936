/** Whether a name fits what was typed: a part of it, or with `*` and `?` all of it. Upper and lower case are the same. */
export function nameFilter(typed: string): (name: string) => boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return () => true;
  if (!/[*?]/.test(wanted)) return (name) => name.toLowerCase().includes(wanted);
  return (name) => fits(wanted, name.toLowerCase());
}

/** Goes back to the last `*` alone, so that no pattern takes longer than its length times the name's; an expression would. */
function fits(pattern: string, name: string): boolean {
  let [at, place, star, after] = [0, 0, -1, 0];
  while (place < name.length) {
    if (pattern[at] === '*') [star, after] = [at++, place];
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[place]))
      [at, place] = [at + 1, place + 1];
    else if (star >= 0) [at, place] = [star + 1, ++after];
    else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
