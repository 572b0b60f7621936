import { createHash } from 'node:crypto';
import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import type { Rollup } from '#protocol/rollups.ts';
import { counted } from '../../numbers.ts';
import { table } from './figure.ts';
import { heatFigure } from './heatFigure.ts';
import { Html, markup, nothing } from './html.ts';
import { layerFigure } from './layerFigure.ts';
import { inputsSection, outputsSection, reductionsSection, warningsSection } from './reportTables.ts';
import type { ReportContent } from './reportContent.ts';
import { contrastFigure, similarityFigure } from './sidesFigures.ts';
import { spectrumFigure } from './spectrumFigure.ts';
import { style } from './style.ts';

/** Nothing is loaded and nothing runs: the only style is the one whose hash is named. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** A report as one file that needs no other. Whatever comes from files is escaped. */
export function reportPage(content: ReportContent): string {
  const { analysis } = content;
  const page = markup`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Weight Steering" />
        <title>${analysis.name} – weight direction</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        <svg class="patterns" aria-hidden="true">
          <defs>
            <pattern
              id="hatch"
              width="4"
              height="4"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path class="hatch" d="M0 0V4" />
            </pattern>
          </defs>
        </svg>
        <main>
          ${summary(content)} ${analysis.tensors.length === 0 ? nothing : pictures(content)}
          ${reductionsSection(analysis)} ${outputsSection(content.outputs)}
          ${warningsSection(content.warnings)}
          <section>
            <h2>Recipe</h2>
            <pre><code>${content.recipe}</code></pre>
          </section>
          ${inputsSection(content.inputs)} ${making(content)}
        </main>
      </body>
    </html>
`;
  return page.text;
}

function summary({ analysis, words, base, strengths }: ReportContent): Html {
  const { name, norm, layers, tensors, rollups } = analysis;
  const { relativeNorm } = rollups.all;
  const facts: readonly (readonly [string, string])[] = [
    ['‖w‖', significant(norm)],
    ...(relativeNorm === null ? [] : [['Of the base there', percent(relativeNorm)] as const]),
    ['Moves', `${counted(tensors.length, 'tensor')} in a model of ${counted(layers, 'layer')}`],
    ['Base', base ?? 'not known'],
    [
      strengths.length === 1 ? 'Strength' : 'Strengths',
      strengths.map(String).join(', ').replaceAll('-', '−'),
    ],
  ];
  return markup`<h1>${name}</h1>
    <p class="lead">w = ${words}</p>
    <dl>
      ${facts.map(
        ([term, said]) =>
          markup`<dt>${term}</dt>
            <dd>${said}</dd>`,
      )}
    </dl>`;
}

function pictures({ analysis, sides }: ReportContent): Html {
  const { contrast } = analysis;
  const spectra = spectrumFigure(analysis, 3);
  const after = spectra === nothing ? 3 : 4;
  const hasSides = contrast.length > 0 || sides !== null;
  const sidesSection = markup`<section>
    <h2>The sides of the contrast</h2>
    ${contrast.length === 0 ? nothing : contrastFigure(contrast, after)}
    ${sides === null ? nothing : similarityFigure(sides, contrast.length === 0 ? after : after + 1)}
  </section>`;
  return markup`<section>
      <h2>Where it lies</h2>
      ${layerFigure(analysis, 1)} ${heatFigure(analysis, 2)} ${partsTable(analysis)}
    </section>
    ${
      spectra === nothing
        ? nothing
        : markup`<section>
            <h2>How concentrated it is</h2>
            ${spectra}
          </section>`
    }
    ${hasSides ? sidesSection : nothing}`;
}

function partsTable({ rollups }: AnalyzeResult): Html {
  const named: readonly (readonly [string, Rollup])[] = [
    ['all', rollups.all],
    ['without embeddings and head', rollups.body],
    ['embeddings', rollups.embeddings],
    ['head', rollups.head],
    ...rollups.modules.map((one) => [one.module, one] as const),
  ];
  return table(
    [
      { heading: 'part' },
      ...['tensors', 'norm', 'of the base', 'of ‖w‖²'].map((heading) => ({ heading, isNumber: true })),
    ],
    named
      .filter(([, { tensors }]) => tensors > 0)
      .map(([name, { tensors, norm, relativeNorm, share }]) => [
        name,
        String(tensors),
        significant(norm),
        percent(relativeNorm),
        percent(share),
      ]),
  );
}

function making({ versions, command }: ReportContent): Html {
  const lines = versions.map(
    ([name, version]) =>
      markup`<dt>${name}</dt>
        <dd>${version}</dd>`,
  );
  return markup`<section>
    <h2>How it was made</h2>
    <p>In the folder of the recipe, this makes the report again:</p>
    <pre><code>${command}</code></pre>
    <dl>${lines}</dl>
  </section>`;
}
