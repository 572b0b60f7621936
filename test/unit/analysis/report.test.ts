import { expect, test } from 'vitest';
import type { AnalyzeResult } from '#protocol/results.ts';
import { markup } from '../../../server/analysis/report/html.ts';
import type { ReportContent } from '../../../server/analysis/report/reportContent.ts';
import { reportPage } from '../../../server/analysis/report/reportPage.ts';
import { rollUp } from '../../../server/analysis/rollUp.ts';
import { sampleAnalysis } from '../../support/analysisSamples.ts';
import { firstUnclosed } from '../../support/wellFormed.ts';

const analysis = sampleAnalysis({ layers: 4, isWhole: true });

function content(more: Partial<ReportContent> = {}): ReportContent {
  return {
    analysis,
    words: 'honest − sycophantic',
    recipe: 'positive: honest\nnegative: sycophantic',
    base: 'org/base',
    strengths: [-1, 0.5],
    sides: null,
    outputs: [],
    inputs: [{ role: 'base', model: 'org/base', files: [file] }],
    warnings: [],
    versions: [['Weight Steering', '0.1.0']],
    command: 'steer report honest.steer.yaml -o report.html',
    ...more,
  };
}

const file = { name: 'model.safetensors', size: 2_030_000, headerSha256: 'a'.repeat(64) };
const hostile = `</script><script>alert("1")</script>'<img src=https://evil.test/x onerror=alert(1)>&\u0000\u202e]]>`;

test('a page says what the analysis does, and is well-formed', () => {
  const page = reportPage(content());
  expect(firstUnclosed(page)).toBeUndefined();
  for (const text of ['<h1>honest</h1>', 'w = honest − sycophantic', 'Strengths</dt>', '−1, 0.5', '2.03 MB'])
    expect(page).toContain(text);
  expect(page.match(/<figure /g)).toHaveLength(4);
  expect(page.match(/<rect\s+class="field"/g)!.length).toBe(4 * 9); // Seven modules and two norms.
});

test('powers of ten stand beside the logarithmic axis as a journal has them', () => {
  const spectrum = {
    singularValues: [1.2, 0.03, 0.0004],
    energy: [0.9, 0.99, 1],
    spectrum: 'factors',
  } as const;
  const tensors = analysis.tensors.map((one) => ({ ...one, ...spectrum }));
  const [, figure = ''] = reportPage(content({ analysis: { ...analysis, tensors } })).split(
    'How concentrated',
  );
  const labels = [...figure.matchAll(/text-anchor="end"[^>]*>([^<]*)</g)].map(([, text]) => text?.trim());
  expect(labels.slice(0, 5)).toEqual(['1e−4', '0.001', '0.01', '0.1', '1']);
});

test('nothing of what files hold becomes markup, wherever it stands', () => {
  const [first, ...others] = analysis.tensors;
  const tensors = [
    { ...analysis.tensors[1]!, name: hostile, module: hostile },
    ...others.map((one) => ({ ...one, name: `${hostile}${one.name}` })),
    first!,
  ];
  const name = hostile;
  const odd: AnalyzeResult = {
    ...analysis,
    name,
    tensors,
    rollups: rollUp(tensors),
    contrast: [{ ...analysis.contrast[0]!, name }],
    truncation: [{ name, relativeError: 0.1, rank: 2 }],
    removal: [
      {
        name,
        share: 0.1,
        removed: [
          {
            direction: hostile,
            per: 'model',
            cosineBefore: 0.1,
            cosineAfter: 0,
            coefficient: 1,
            tensors: 1,
            untouched: 0,
            leftOut: 0,
          },
        ],
      },
    ],
  };
  const flag = { code: 'shared-fine-tune', a: 0, b: 1, message: hostile } as const;
  const output = { path: hostile, strength: 1, format: hostile, rank: null, rounding: null, isCurrent: true };
  const page = reportPage(
    content({
      analysis: odd,
      words: hostile,
      recipe: hostile,
      base: hostile,
      sides: { names: [hostile, hostile], cosine: [[1, 0.5]], z: [[null, 3]], flags: [flag] },
      outputs: [{ ...output, tensors: { changed: 1, copied: 2 } }],
      inputs: [{ role: hostile, model: hostile, files: [{ ...file, name: hostile }] }],
      warnings: [{ code: hostile, message: hostile }],
      versions: [[hostile, hostile]],
      command: hostile,
    }),
  );
  expect(firstUnclosed(page)).toBeUndefined();
  for (const text of ['<script', '<img', 'onerror="', '\u0000', '\u202e']) expect(page).not.toContain(text);
  expect(page.split('&lt;script&gt;').length).toBeGreaterThan(30);
  expect(page).toContain('&amp;\ufffd\ufffd]]&gt;');
});

test('nothing is loaded, and nothing runs', () => {
  const page = reportPage(content());
  expect(page).toContain('default-src &#39;none&#39;; style-src &#39;sha256-');
  expect(page).not.toMatch(/https?:|<script|<link|<img|@import|url\((?!#)|\sstyle=|\son\w+=/);
});

test.each([
  ['without tensors', { ...analysis, tensors: [], rollups: rollUp([]), contrast: [], norm: 0 }],
  ['without a base', sampleAnalysis({ layers: 2, hasBase: false })],
  ['of 128 layers', sampleAnalysis({ layers: 128 })],
  ['of one layer', sampleAnalysis({ layers: 1 })],
  [
    'of values that are not finite',
    {
      ...analysis,
      norm: null,
      tensors: analysis.tensors.map((one) => ({
        ...one,
        norm: null,
        relativeNorm: null,
        singularValues: null,
        energy: null,
      })),
    },
  ],
])('a page %s is well-formed, and no number in it is NaN', (_, odd: AnalyzeResult) => {
  const page = reportPage(content({ analysis: odd }));
  expect(firstUnclosed(page)).toBeUndefined();
  expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
});

test('what is not well-formed would be noticed', () => {
  const page = reportPage(content());
  expect(firstUnclosed(page.replace('</figure>', ''))).toBe('</section>');
  expect(firstUnclosed(page.replace('honest −', 'a < b'))).toBe('<');
  expect(firstUnclosed(page.replace('honest −', 'a &b'))).toBe('&');
  expect(firstUnclosed(page.replace('</html>', ''))).toBe('html');
});

test('what is put into markup is escaped, and markup stays', () => {
  const inner = markup`<b>${'a < b'}</b>`;
  expect(markup`<p title="${'"x"'}">${inner}${[inner, inner]}${3}</p>`.text).toBe(
    '<p title="&quot;x&quot;"><b>a &lt; b</b><b>a &lt; b</b>\n<b>a &lt; b</b>3</p>',
  );
});
