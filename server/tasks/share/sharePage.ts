import { createHash } from 'node:crypto';
import type { Warning } from '#protocol/failure.ts';
import type { SharedTexts } from '#protocol/share.ts';
import { Html, markup, nothing } from '../../analysis/report/html.ts';
import type { ReportedInput } from '../../analysis/report/reportContent.ts';
import { inputsSection, warningsSection } from '../../analysis/report/reportTables.ts';
import { divergenceFigure, shownStrength } from './divergenceFigure.ts';
import { shareStyle } from './shareStyle.ts';

/** Everything that the page says; no path in it is absolute. */
export interface ShareContent {
  readonly name: string;
  /** What w is: `honest − sycophantic`. */
  readonly words: string;
  readonly texts: SharedTexts;
  /** Terms and what there is to be said of each: base, how tokens were chosen. */
  readonly facts: readonly (readonly [term: string, said: string])[];
  readonly recipe: string;
  readonly inputs: readonly ReportedInput[];
  readonly warnings: readonly Warning[];
  readonly versions: readonly (readonly [name: string, version: string])[];
  /** What makes it again, in the recipe's folder. */
  readonly command: string;
}

/** The page as one file that needs no other; `script` is what moves its texts, the only thing in it that may run. */
export function sharePage(content: ShareContent, script: string): string {
  const { name, words, texts, facts, recipe, inputs, warnings } = content;
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(shareStyle)}'; base-uri 'none'; form-action 'none'`;
  const terms = facts.map(
    ([term, said]) =>
      markup`<dt>${term}</dt>
        <dd>${said}</dd>`,
  );
  return markup`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Weight Steering" />
        <title>${name} – texts at ${texts.strengths.length} strengths</title>
        <style>${new Html(shareStyle)}</style>
      </head>
      <body>
        <main>
          <h1>${name}</h1>
          <p class="lead">w = ${words}</p>
          <noscript><p>The texts and the slider need JavaScript; the numbers are below.</p></noscript>
          ${textsSection(texts)}
          <section><h2>How far it goes</h2>${divergenceFigure(texts)}</section>
          <section><h2>What it is</h2><dl>${terms}</dl></section>
          ${warningsSection(warnings)}
          <section>
            <h2>Recipe</h2>
            <pre><code>${recipe}</code></pre>
          </section>
          ${inputsSection(inputs)} ${making(content)}
        </main>
        <script type="application/json" id="recorded">${embedded(texts)}</script>
        <script>${new Html(script)}</script>
      </body>
    </html>
`.text;
}

function textsSection({ strengths, start, prompts }: SharedTexts): Html {
  const options = prompts.map(
    ({ text }, at) => markup`<option value="${at}">${at + 1}. ${shortened(text)}</option>`,
  );
  const ticks = [-1, 0, 1]
    .map((k) => strengths.indexOf(k))
    .filter((at) => at !== -1)
    .map((at) => markup`<option value="${at}"></option>`);
  const hasRandom = prompts.every(({ random }) => random !== null);
  return markup`<section aria-label="Texts">
    <div class="controls">
      <label for="prompt">Prompt</label>
      <select id="prompt">${options}</select>
      <label for="strength">Strength</label>
      <input
        type="range" id="strength" min="0" max="${strengths.length - 1}" step="1" value="${start}" list="ticks"
        aria-valuetext="k = ${shownStrength(strengths[start] ?? 0)}" />
      <datalist id="ticks">${ticks}</datalist>
      <output id="k" for="strength">k = ${shownStrength(strengths[start] ?? 0)}</output>
    </div>
    <div class="asked" id="asked"></div>
    <div class="texts">
      ${textBox('base', 'base')} ${textBox('steered', 'steered')}
      ${hasRandom ? textBox('random', 'random') : nothing}
    </div>
    <p class="lead">
      Underlined: the first token that is not the base’s. Shaded from there: KL(steered ‖ base) before a token is
      0.1, 0.5 or 2 nats and more.
      ${hasRandom ? 'Random: along a random direction with the same norm on every tensor.' : ''}
    </p>
  </section>`;
}

function textBox(id: string, name: string): Html {
  return markup`<article class="text">
    <h3>${name}<span id="${id}-k"></span></h3>
    <p class="said" id="${id}"></p>
    <p class="facts" id="${id}-facts"></p>
  </article>`;
}

/** An option of a list is one line. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

function unicode(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** JSON that ends no element and no line of a script, whatever is in it. */
function embedded(texts: SharedTexts): Html {
  return new Html(JSON.stringify(texts).replaceAll(/[<>&\u2028\u2029]/g, unicode));
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function making({ versions, command }: ShareContent): Html {
  const lines = versions.map(
    ([name, version]) =>
      markup`<dt>${name}</dt>
        <dd>${version}</dd>`,
  );
  return markup`<section>
    <h2>How it was made</h2>
    <p>In the folder of the recipe, this makes the page again:</p>
    <pre><code>${command}</code></pre>
    <dl>${lines}</dl>
  </section>`;
}
