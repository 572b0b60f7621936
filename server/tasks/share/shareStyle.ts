import { style } from '../../analysis/report/style.ts';

/** A report's, and what texts and their slider need. */
export const shareStyle = `${style}
.controls { display: grid; grid-template-columns: max-content 1fr max-content; gap: 12px 16px; align-items: center; margin: 24px 0 16px; }
.controls label { color: var(--muted); }
.controls select { grid-column: 2 / 4; min-width: 0; height: 28px; font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 4px; }
.controls input { width: 100%; height: 24px; margin: 0; accent-color: var(--accent); }
.controls output { min-width: 72px; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.text .said { min-height: 72px; }
.asked { margin: 0 0 16px; padding: 12px 16px; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; }
.asked h3, .text h3 { margin: 0 0 8px; font-size: 13px; font-weight: 600; color: var(--muted); }
.texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 16px; }
.text { display: flex; flex-direction: column; min-width: 0; padding: 12px 16px; border: 1px solid var(--line); border-radius: 4px; }
.text p { margin: 0; }
.said { flex: 1; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.said mark { color: inherit; background: none; border-bottom: 2px solid var(--series-1); }
.said .kl-1 { background: color-mix(in srgb, var(--series-1) 10%, transparent); }
.said .kl-2 { background: color-mix(in srgb, var(--series-1) 22%, transparent); }
.said .kl-3 { background: color-mix(in srgb, var(--series-1) 38%, transparent); }
.facts { padding-top: 8px; font-size: 13px; color: var(--muted); font-variant-numeric: tabular-nums; }
.here { fill: none; stroke: var(--accent); stroke-width: 1; }
@media (max-width: 560px) { .controls { grid-template-columns: 1fr max-content; } .controls label { grid-column: 1 / 3; } .controls select { grid-column: 1 / 3; } }
@media print { .controls { display: none; } }
`;
