import { percent, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import type { Overview } from './overview.ts';

interface Props {
  readonly overview: Overview;
  readonly hasBase: boolean;
}

/** The direction in one line. Every number has its place before it comes. */
export function OverviewFacts({ overview, hasBase }: Props) {
  const { isPartial, norm, relative, rank, embeddings, head } = overview;
  return (
    <ul
      class={isPartial ? 'overview partial' : 'overview'}
      title={isPartial ? t('Of what has been read so far') : undefined}
    >
      <li title={t('Frobenius norm of the whole direction')}>
        ‖w‖ <Value value={norm} text={significant(norm)} />
      </li>
      {hasBase && (
        <li title={t('‖w‖ over the norm of the base, both over the tensors that w changes')}>
          <Value value={relative} text={percent(relative)} /> {t('of the base')}
        </li>
      )}
      {rank !== undefined && (
        <li title={t('Highest rank of a tensor’s factors')}>
          {t('rank')} <strong>{rank}</strong>
        </li>
      )}
      {embeddings !== undefined && <Share name={t('embeddings')} share={embeddings} />}
      {head !== undefined && <Share name={t('head')} share={head} />}
    </ul>
  );
}

function Share({ name, share }: { readonly name: string; readonly share: number | null }) {
  return (
    <li>
      {name} <Value value={share} text={percent(share)} /> {t('of ‖w‖²')}
    </li>
  );
}

function Value({ value, text }: { readonly value: number | null; readonly text: string }) {
  return <strong class={value === null ? 'awaited' : ''}>{text}</strong>;
}
