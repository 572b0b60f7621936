import type { SharedPrompt, SharedText, SharedTexts } from '#protocol/share.ts';

/** The page of `steer share`, which is a file of its own: it asks nobody, and has everything in it. */

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`There is no ${id}.`);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The page was written with this very element.
const recorded = JSON.parse(element('recorded', HTMLScriptElement).textContent) as SharedTexts;
const chooser = element('prompt', HTMLSelectElement);
const slider = element('strength', HTMLInputElement);
const line = document.getElementById('here');

function show(): void {
  const at = Number(slider.value);
  const prompt = recorded.prompts[Number(chooser.value)];
  const k = recorded.strengths[at] ?? 0;
  if (prompt === undefined) return;
  const shown = `k = ${String(k).replace('-', '−')}`;
  slider.setAttribute('aria-valuetext', shown);
  element('k', HTMLOutputElement).value = shown;
  ask(prompt);
  tell('base', prompt.base, '');
  tell('steered', prompt.steered[at], shown);
  if (prompt.random !== null) tell('random', prompt.random[at], shown);
  point(k);
}

/** Room for the longest of a prompt's texts, so that nothing jumps while the slider moves. */
function makeRoom(): void {
  const prompt = recorded.prompts[Number(chooser.value)];
  if (prompt === undefined) return;
  const all = { base: [prompt.base], steered: prompt.steered, random: prompt.random ?? [] };
  for (const [id, texts] of Object.entries(all)) {
    const box = document.getElementById(id);
    if (box === null) continue;
    box.style.minHeight = '';
    const heights = texts.map(({ tokens }) => {
      box.textContent = tokens.join('');
      return box.offsetHeight;
    });
    box.style.minHeight = `${Math.max(...heights)}px`;
  }
}

function ask({ text, system }: SharedPrompt): void {
  const parts = [...(system === undefined ? [] : [['System', system] as const]), ['Asked', text] as const];
  const made = parts.flatMap(([heading, words]) => [
    written('h3', heading),
    Object.assign(written('p', words), { className: 'said' }),
  ]);
  element('asked', HTMLElement).replaceChildren(...made);
}

function tell(id: string, text: SharedText | undefined, shown: string): void {
  if (text === undefined) return;
  const isEmpty = text.tokens.every((token) => token === '');
  const parts = isEmpty
    ? [written('span', '(ends at once)')]
    : text.tokens.map((token, at) => part(token, at, text));
  element(id, HTMLElement).replaceChildren(...parts);
  element(`${id}-k`, HTMLElement).textContent = shown === '' ? '' : `, ${shown}`;
  element(`${id}-facts`, HTMLElement).textContent = factsOf(text, id === 'base');
}

function part(token: string, at: number, { differsAt, divergences }: SharedText): HTMLElement {
  if (differsAt === null || at < differsAt) return written('span', token);
  const made = written(at === differsAt ? 'mark' : 'span', token);
  const divergence = divergences[at] ?? 0;
  const level = [0.1, 0.5, 2].filter((least) => divergence >= least).length;
  if (level > 0) made.className = `kl-${level}`;
  made.title = `KL ${divergence.toPrecision(3)}`;
  return made;
}

function factsOf({ tokens, divergences, differsAt, finish }: SharedText, isBase: boolean): string {
  const count = `${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}${finish === 'length' ? ', cut there' : ''}`;
  if (isBase) return count;
  const mean = divergences.reduce((sum, value) => sum + value, 0) / Math.max(1, divergences.length);
  return `${count} · KL ${mean.toPrecision(3)} · ${differsAt === null ? 'the same as the base' : `differs from token ${differsAt + 1}`}`;
}

function written(name: 'span' | 'mark' | 'p' | 'h3', text: string): HTMLElement {
  return Object.assign(document.createElement(name), { textContent: text });
}

/** Puts the line of the chart to a strength; the page says where those at its ends are. */
function point(k: number): void {
  if (!(line instanceof SVGElement)) return;
  const [first, last] = [recorded.strengths[0] ?? 0, recorded.strengths.at(-1) ?? 0];
  const [from, to] = [Number(line.dataset['from']), Number(line.dataset['to'])];
  const x = last === first ? from : from + ((to - from) * (k - first)) / (last - first);
  for (const end of ['x1', 'x2']) line.setAttribute(end, x.toFixed(2));
}

function choose(): void {
  makeRoom();
  show();
}

slider.addEventListener('input', show);
chooser.addEventListener('change', choose);
addEventListener('resize', choose);
choose();
