import { ProgressBar } from '../components/ProgressBar.tsx';
import { Choice } from '../components/controls.ts';
import { percent, significant } from '../numbers.ts';
import { t } from '../strings.ts';
import { type Metric, metrics } from './metrics.ts';
import { metricName } from './names.ts';
import type { Overview } from './overview.ts';
import { paceOf } from './pace.ts';
import type { Run } from './run.ts';
import { RunStatus } from './RunStatus.tsx';

interface Props {
  readonly title: string;
  readonly run: Run;
  readonly overview: Overview;
  readonly metric: Metric;
  readonly onMetric: (metric: Metric) => void;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

/** What it is, how far it is, what it amounts to. Three lines, whatever the state. */
export function Header({ title, run, overview, metric, onMetric, onStart, onCancel }: Props) {
  const hasBase = run.rows.size === 0 || overview.relative !== null;
  return (
    <header>
      <div class="header-line">
        <h1 title={title}>{title}</h1>
        <RunStatus run={run} onStart={onStart} onCancel={onCancel} />
      </div>
      <ProgressBar share={run.phase === 'working' ? paceOf(run).share : undefined} />
      <div class="header-line header-facts">
        <OverviewFacts overview={overview} hasBase={hasBase} />
        <div class="metric">
          <span aria-hidden="true">{t('Metric')}</span>
          <Choice
            label={t('Metric')}
            value={metric}
            options={metrics.map((value) => ({
              value,
              text: metricName(value),
              isDisabled: value === 'relative' && !hasBase,
            }))}
            onChange={onMetric}
          />
        </div>
      </div>
    </header>
  );
}

interface OverviewProps {
  readonly overview: Overview;
  readonly hasBase: boolean;
}

function OverviewFacts({ overview, hasBase }: OverviewProps) {
  const { isPartial, norm, relative, rank, embeddings, head } = overview;
  return (
    <ul
      class={isPartial ? 'overview partial' : 'overview'}
      title={isPartial ? t('Of what has been read so far') : undefined}
    >
      <li title={t('Frobenius norm of the whole direction')}>
        ‖w‖ <strong>{significant(norm)}</strong>
      </li>
      {hasBase && (
        <li title={t('‖w‖ over the norm of the base, both over the tensors that w changes')}>
          <strong>{percent(relative)}</strong> {t('of the base')}
        </li>
      )}
      {rank !== undefined && (
        <li title={t('Highest rank of a tensor’s factors')}>
          {t('rank')} <strong>{rank}</strong>
        </li>
      )}
      {embeddings !== undefined && (
        <li>
          {t('embeddings')} <strong>{percent(embeddings)}</strong> {t('of ‖w‖²')}
        </li>
      )}
      {head !== undefined && (
        <li>
          {t('head')} <strong>{percent(head)}</strong> {t('of ‖w‖²')}
        </li>
      )}
    </ul>
  );
}
