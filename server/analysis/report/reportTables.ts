import type { Warning } from '#protocol/failure.ts';
import { bytes, percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { table } from './figure.ts';
import { markup, type Html, nothing } from './html.ts';
import type { ReportedInput, ReportedOutput } from './reportContent.ts';

const numbers = (headings: readonly string[]) => headings.map((heading) => ({ heading, isNumber: true }));

/** What `remove`, `rank` and `energy` have taken away. */
export function reductionsSection({ removal = [], truncation }: AnalyzeResult): Html {
  if (removal.length + truncation.length === 0) return nothing;
  const removed = removal.flatMap(({ name, removed: all }) =>
    all.map((one) => [
      name,
      one.direction,
      one.per === 'tensor' ? 'each tensor' : significant(one.coefficient),
      significant(one.cosineBefore),
      significant(one.cosineAfter),
      String(one.tensors),
      String(one.untouched),
      String(one.leftOut),
    ]),
  );
  const columns = ['times', 'cosine before', 'after', 'tensors', 'that stay', 'left out'];
  const shares = removal.map(
    ({ name, share }) => markup`<p>Projecting out took ${percent(share)} of ‖w‖² out of ${name}.</p>`,
  );
  const cuts = truncation.map(
    ({ name, rank, relativeError }) =>
      markup`<p>
        ${name} is cut to rank ${rank ?? 'unknown'} at most, which leaves out ${percent(relativeError)} of its
        norm.
      </p>`,
  );
  return markup`<section>
    <h2>What was taken away</h2>
    ${removed.length === 0 ? nothing : table([{ heading: 'from' }, { heading: 'what' }, ...numbers(columns)], removed)}
    ${shares} ${cuts}
  </section>`;
}

/** What rounding did to the outputs that are there. */
export function outputsSection(outputs: readonly ReportedOutput[]): Html {
  if (outputs.length === 0) return nothing;
  const columns = ['strength', 'changed', 'copied', 'requested', 'realised', 'cosine', 'kept', 'unmoved'];
  const rows = outputs.map(({ path, strength, format, rank, tensors, rounding, isCurrent }) => [
    markup`<code>${path}</code>`,
    `${format}${rank === null ? '' : `, rank ${rank}`}`,
    ...[strength, tensors.changed, tensors.copied].map((value) => String(value).replace('-', '−')),
    significant(rounding?.requested ?? null),
    significant(rounding?.realised ?? null),
    rounding?.cosine == null ? '–' : rounding.cosine.toFixed(6),
    percent(rounding?.projection ?? null),
    percent(rounding?.unmoved ?? null),
    isCurrent ? 'yes' : 'no',
  ]);
  return markup`<section>
    <h2>What was written</h2>
    <p>
      Norms of the requested and of the realised change, and what rounding kept of it. An output is current
      where it was made of this recipe and of these inputs.
    </p>
    ${table([{ heading: 'output' }, { heading: 'format' }, ...numbers(columns), { heading: 'current' }], rows)}
  </section>`;
}

export function warningsSection(warnings: readonly Warning[]): Html {
  if (warnings.length === 0) return nothing;
  const rows = warnings.map(({ code, message }) => [markup`<code>${code}</code>`, message]);
  return markup`<section>
    <h2>Warnings</h2>
    ${table([{ heading: 'code' }, { heading: 'what it says' }], rows)}
  </section>`;
}

/** Files by which anybody can tell whether theirs are the same. */
export function inputsSection(inputs: readonly ReportedInput[]): Html {
  const rows = inputs.flatMap(({ role, model, files }) =>
    files.map(({ name, size, headerSha256, sha256 }) => [
      role,
      model,
      markup`<code>${name}</code>`,
      bytes(size),
      markup`<span class="hash"><code>${sha256 ?? `header ${headerSha256}`}</code></span>`,
    ]),
  );
  const columns = [
    { heading: 'role' },
    { heading: 'model' },
    { heading: 'file' },
    ...numbers(['size']),
    { heading: 'SHA-256' },
  ];
  return markup`<section>
    <h2>Inputs</h2>
    ${table(columns, rows)}
  </section>`;
}
