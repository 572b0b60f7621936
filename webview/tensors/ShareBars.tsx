import { bytes, grouped, percent } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import type { Share } from './shares.ts';
import { SmallTable } from './SmallTable.tsx';

interface Props {
  readonly title: string;
  readonly shares: readonly Share[];
  /** Of the whole model. */
  readonly total: number;
  readonly isTable: boolean;
}

/** Sizes as bars that begin at one line, each with its number. */
export function ShareBars({ title, shares, total, isTable }: Props) {
  const largest = shares.reduce((most, { bytes }) => Math.max(most, bytes), 1);
  if (isTable) return <ShareTable title={title} shares={shares} total={total} />;
  return (
    <figure class="figure" aria-label={title}>
      <figcaption>{title}</figcaption>
      <ul class="share-bars">
        {shares.map((share) => (
          <li key={share.label} title={spoken(share, total)}>
            <span class="share-label">{share.label}</span>
            <span class="share-track" aria-hidden="true">
              <span class="share-bar" style={{ width: `${(100 * share.bytes) / largest}%` }} />
            </span>
            <span class="number">{bytes(share.bytes)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function ShareTable({ title, shares, total }: Omit<Props, 'isTable'>) {
  const rows = shares.map(({ label, bytes: size, tensors }) => [
    label,
    grouped(tensors),
    bytes(size),
    percent(size / Math.max(1, total)),
  ]);
  return <SmallTable title={title} headings={[t('Part'), t('Tensors'), t('Size'), t('Share')]} rows={rows} />;
}

function spoken({ label, bytes: size, tensors }: Share, total: number): string {
  return t('{0}: {1} tensors, {2}, {3}', label, tensors, bytes(size), percent(size / Math.max(1, total)));
}
