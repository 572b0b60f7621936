import { percent, significant } from '#protocol/figures.ts';
import type { ContrastFacts } from '#protocol/rollups.ts';
import { chartWidth, figure, label, round, shortened, table } from './figure.ts';
import { markup, type Html } from './html.ts';
import type { ReportContent } from './reportContent.ts';

const left = 190;
const row = 22;

interface Bar {
  readonly name: string;
  readonly value: number | null;
  readonly said: string;
}

/** ‖τ₊‖ and ‖τ₋‖ of each contrast, with how they lie to each other. */
export function contrastFigure(contrast: readonly ContrastFacts[], number: number): Html {
  const several = contrast.length > 1;
  const bars = contrast.flatMap(({ name, positiveNorm, negativeNorm }): readonly Bar[] => {
    const of = several ? ` of ${name}` : '';
    return [
      { name: `‖τ₊‖${of}`, value: positiveNorm, said: significant(positiveNorm) },
      { name: `‖τ₋‖${of}`, value: negativeNorm, said: significant(negativeNorm) },
    ];
  });
  const most = bars.reduce((largest, { value }) => Math.max(largest, value ?? 0), 0);
  const facts = contrast.map(
    ({ name, cosine, ratio, common }) =>
      `${name}: cos(τ₊, −τ₋) ${significant(cosine)}, ‖τ₊‖/‖τ₋‖ ${significant(ratio)}, common part ${percent(common)} of ‖w‖.`,
  );
  const columns = ['cos(τ₊, −τ₋)', '‖τ₊‖', '‖τ₋‖', '‖τ₊‖/‖τ₋‖', 'common part of ‖w‖'];
  return figure({
    number,
    title: 'The two sides of the contrast',
    description: facts.join(' '),
    height: bars.length * row + 8,
    shapes: bars.flatMap((bar, index) => horizontal(bar, { index, from: 0, to: most })),
    caption: markup`How the two sides lie to each other: norms of what each training did to the base.
    ${facts.join(' ')}`,
    table: table(
      [{ heading: 'contrast' }, ...columns.map((heading) => ({ heading, isNumber: true }))],
      contrast.map(({ name, cosine, positiveNorm, negativeNorm, ratio, common }) => [
        name,
        ...[cosine, positiveNorm, negativeNorm, ratio].map(significant),
        percent(common),
      ]),
    ),
  });
}

/** Cosines of w and the sides of its contrasts, with z. */
export function similarityFigure(sides: NonNullable<ReportContent['sides']>, number: number): Html {
  const { names, cosine, z, flags } = sides;
  const pairs = names.flatMap((one, a) =>
    names.slice(a + 1).map((other, more) => {
      const b = a + 1 + more;
      return { name: `${one}, ${other}`, value: cosine[a]?.[b] ?? null, z: z[a]?.[b] ?? null };
    }),
  );
  const bars = pairs.map(({ name, value, z: deviations }) => ({
    name,
    value,
    said: `${significant(value)}, z ${significant(deviations)}`,
  }));
  const notes = flags.map(({ message }) => markup` ${message}`);
  return figure({
    number,
    title: 'Cosines of the direction and its sides',
    description: bars.map(({ name, said }) => `${name}: ${said}.`).join(' '),
    height: bars.length * row + 8,
    shapes: bars.flatMap((bar, index) => horizontal(bar, { index, from: -1, to: 1 })),
    caption: markup`Cosines over the whole model. z is in standard deviations of the cosine with directions that
    are turned at random on each tensor, their norms and singular values kept.${notes}`,
    table: table(
      [{ heading: 'pair' }, { heading: 'cosine', isNumber: true }, { heading: 'z', isNumber: true }],
      pairs.map((pair) => [pair.name, significant(pair.value), significant(pair.z)]),
    ),
  });
}

function horizontal(
  { name, value, said }: Bar,
  { index, from, to }: { readonly index: number; readonly from: number; readonly to: number },
): readonly Html[] {
  const width = chartWidth - left - 150;
  const at = (of: number) => left + (to === from ? 0 : (width * (of - from)) / (to - from));
  const y = 4 + index * row;
  const [start, end] = [at(0), at(value ?? 0)].toSorted((a, b) => a - b);
  const bar = markup`<rect
    class="bar"
    x="${round(start ?? left)}"
    y="${y + 3}"
    width="${round((end ?? left) - (start ?? left))}"
    height="${row - 8}"
  />`;
  return [
    label(left - 8, y + 14, shortened(name, 30), 'end'),
    ...(value === null ? [] : [bar]),
    markup`<path class="axis" d="M${round(at(0))} ${y}V${y + row - 2}" />`,
    label(left + width + 10, y + 14, said),
  ];
}
