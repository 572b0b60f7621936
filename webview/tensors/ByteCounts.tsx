import { grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { SmallTable } from './SmallTable.tsx';

interface Props {
  /** 256 of them. */
  readonly counts: Float64Array;
  readonly isTable: boolean;
}

/** How often each byte occurs: all that can be said of values that are not known here. */
export function ByteCounts({ counts, isTable }: Props) {
  const title = t('Bytes');
  const rows = [...counts].map((count, byte) => [hex(byte), grouped(count)]);
  if (isTable) return <SmallTable title={title} headings={[t('Byte'), t('Count')]} rows={rows} />;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  return (
    <figure class="figure" aria-label={title}>
      <figcaption>{title}</figcaption>
      <svg
        class="histogram-bars"
        viewBox="0 0 256 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={t('How often each byte occurs')}
      >
        {[...counts].map((count, byte) => (
          <rect
            key={byte}
            class="histogram-bar"
            x={byte}
            y={100 - (100 * count) / most}
            width={1}
            height={(100 * count) / most}
          >
            <title>{`${hex(byte)}: ${grouped(count)}`}</title>
          </rect>
        ))}
      </svg>
      <div class="axis-ends quiet" aria-hidden="true">
        <span>00</span>
        <span>FF</span>
      </div>
    </figure>
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
