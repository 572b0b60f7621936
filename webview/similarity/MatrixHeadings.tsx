import { t } from '../strings.ts';

interface Props {
  /** Of the subjects. */
  readonly count: number;
  readonly controls: readonly string[];
  /** Every how many columns have room for their number. */
  readonly every: number;
}

/** Over the columns, their numbers, which the rows have before their names; controls have letters. */
export function MatrixHeadings({ count, controls, every }: Props) {
  return (
    <div class="matrix-row matrix-head" role="row" aria-rowindex={1}>
      <span />
      {Array.from({ length: count }, (_, column) => (
        <span class="matrix-heading" role="columnheader" key={column}>
          {column % every === 0 ? column + 1 : ''}
        </span>
      ))}
      {controls.map((name, column) => (
        <span
          class={column === 0 ? 'matrix-heading apart' : 'matrix-heading'}
          role="columnheader"
          key={`control ${column}`}
          title={t('{0} (control)', name)}
          aria-label={t('{0} (control)', name)}
        >
          {String.fromCodePoint(97 + (column % 26))}
        </span>
      ))}
    </div>
  );
}
