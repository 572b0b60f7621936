/** Of a report: quiet, in the system's fonts, light or dark as the reader's system is, and black on white in print. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1f1f1f; --muted: #5f5f5f; --line: #d6d6d6; --soft: #f5f5f5;
  --accent: #0b5cad; --series-0: #0b5cad; --series-1: #b95c00; --series-2: #2e7d32; --series-3: #7b3fa0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1b1b1c; --text: #dedede; --muted: #a0a0a0; --line: #404040; --soft: #252526;
    --accent: #59a7f2; --series-0: #59a7f2; --series-1: #e6a15a; --series-2: #84c887; --series-3: #c79be6;
  }
}
@media print {
  :root { --page: #ffffff; --text: #000000; --muted: #444444; --line: #bbbbbb; --soft: #ffffff; --accent: #0b5cad; --series-0: #0b5cad; --series-1: #b95c00; --series-2: #2e7d32; --series-3: #7b3fa0; }
  details:not([open]) { display: none; }
  figure, table { break-inside: avoid; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 40px 24px 64px; max-width: 832px; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1 { margin: 0 0 4px; font-size: 28px; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 44px 0 12px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-size: 18px; font-weight: 600; }
h4 { margin: 16px 0 4px; font-size: 13px; font-weight: 600; }
p { margin: 8px 0; overflow-wrap: anywhere; }
.lead { color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 24px; margin: 24px 0 0; }
dt { color: var(--muted); }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 20px 0 32px; }
.chart, .table { overflow-x: auto; }
svg { display: block; width: 100%; min-width: 560px; height: auto; font-size: 12px; font-variant-numeric: tabular-nums; }
svg text { fill: var(--muted); }
figcaption { margin-top: 8px; font-size: 13px; color: var(--muted); overflow-wrap: anywhere; }
figcaption b { color: var(--text); font-weight: 600; }
details { margin-top: 8px; font-size: 13px; }
summary { min-height: 24px; color: var(--accent); cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 500; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
code, pre { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
td code { white-space: nowrap; }
.hash code { white-space: normal; overflow-wrap: anywhere; }
pre { margin: 8px 0; padding: 12px 16px; overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; tab-size: 2; }
.bar, .field, .ramp { fill: var(--accent); }
.field { stroke: var(--line); stroke-width: 0.5; }
.missing { fill: url(#hatch); stroke: var(--line); stroke-width: 0.5; }
.hatch { stroke: var(--muted); stroke-width: 0.75; }
.patterns { position: absolute; width: 0; min-width: 0; height: 0; }
.grid { stroke: var(--line); stroke-width: 0.5; }
.axis { fill: none; stroke: var(--muted); stroke-width: 0.75; }
.line { fill: none; stroke-width: 1.5; }
.series-0 { stroke: var(--series-0); } .dot.series-0 { fill: var(--series-0); }
.series-1 { stroke: var(--series-1); stroke-dasharray: 7 3; } .dot.series-1 { fill: var(--series-1); }
.series-2 { stroke: var(--series-2); stroke-dasharray: 2 3; } .dot.series-2 { fill: var(--series-2); }
.series-3 { stroke: var(--series-3); stroke-dasharray: 9 3 2 3; } .dot.series-3 { fill: var(--series-3); }
.dot { stroke-dasharray: none; }
`;
