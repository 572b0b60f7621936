import { significant } from '#protocol/figures.ts';
import type { SharedTexts } from '#protocol/share.ts';
import { chartWidth, figure, label, round, table } from '../../analysis/report/figure.ts';
import { type Html, markup, nothing } from '../../analysis/report/html.ts';
import { factsOf, type StrengthFacts } from './divergences.ts';

const left = 56;
const top = 12;
const height = 150;
const right = chartWidth - 12;

/** How far each strength goes from the base: a curve for the direction, and one for the random direction. */
export function divergenceFigure(texts: SharedTexts): Html {
  const steered = factsOf(texts, 'steered') ?? [];
  const random = factsOf(texts, 'random');
  const most = Math.max(...[...steered, ...(random ?? [])].map(({ divergence }) => divergence), 1e-9);
  const place = placing(texts.strengths, most);
  return figure({
    number: 1,
    title: 'Mean KL(steered ‖ base) at each strength',
    description: `A curve over ${texts.strengths.length} strengths; the largest mean is ${significant(most)} nats.`,
    height: top + height + 36,
    shapes: [
      ...axes(texts.strengths, most, place),
      markup`<line
        id="here"
        class="here"
        data-from="${place.x(texts.strengths[0] ?? 0)}"
        data-to="${place.x(texts.strengths.at(-1) ?? 0)}"
        x1="${place.x(texts.strengths[texts.start] ?? 0)}"
        x2="${place.x(texts.strengths[texts.start] ?? 0)}"
        y1="${top}"
        y2="${top + height}"
      />`,
      curve(steered, 0, place),
      random === null ? nothing : curve(random, 1, place),
    ],
    caption: markup`How far the next token’s probabilities are from the base’s: mean of KL(steered ‖ base) in
    nats over all tokens of all ${texts.prompts.length} texts, as each strength wrote them. Solid: the
    direction.${random === null ? '' : ' Dashed: a random direction whose norm on every tensor is the same.'}`,
    table: factsTable(steered, random),
  });
}

/** Pixels of the chart. */
interface Place {
  readonly x: (strength: number) => number;
  readonly y: (divergence: number) => number;
}

function placing(strengths: readonly number[], most: number): Place {
  const [first, last] = [strengths[0] ?? 0, strengths.at(-1) ?? 0];
  const wide = last - first;
  return {
    x: (k) => round(wide === 0 ? (left + right) / 2 : left + ((right - left) * (k - first)) / wide),
    y: (value) => round(top + height * (1 - value / most)),
  };
}

function axes(strengths: readonly number[], most: number, { x }: Place): readonly Html[] {
  const whole = strengths.filter((k, at) => Number.isInteger(k) || at === 0 || at === strengths.length - 1);
  return [
    label(left - 6, top + 4, significant(most), 'end'),
    label(left - 6, top + height, '0', 'end'),
    markup`<path class="grid" d="M${left} ${top}H${right}" />`,
    markup`<path class="axis" d="M${left} ${top + height}H${right}" />`,
    ...whole.map((k) => label(x(k), top + height + 15, shownStrength(k), 'middle')),
    label((left + right) / 2, top + height + 32, 'strength k', 'middle'),
  ];
}

function curve(facts: readonly StrengthFacts[], series: number, { x, y }: Place): Html {
  const points = facts.map(({ strength, divergence }) => `${x(strength)} ${y(divergence)}`);
  return markup`<path class="line series-${series}" d="M${points.join('L')}" />`;
}

function factsTable(steered: readonly StrengthFacts[], random: readonly StrengthFacts[] | null): Html {
  const headings = [
    'k',
    'mean KL',
    'texts that differ',
    ...(random === null ? [] : ['random: mean KL', 'texts that differ']),
  ];
  return table(
    headings.map((heading) => ({ heading, isNumber: true })),
    steered.map(({ strength, divergence, differing }, at) => [
      shownStrength(strength),
      significant(divergence),
      String(differing),
      ...(random === null
        ? []
        : [significant(random[at]?.divergence ?? 0), String(random[at]?.differing ?? 0)]),
    ]),
  );
}

export function shownStrength(k: number): string {
  return String(k).replace('-', '−');
}
