import { Choice } from '../components/controls.ts';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { t } from '../strings.ts';
import { type Metric, metrics } from './metrics.ts';
import { metricName } from './names.ts';
import type { Overview } from './overview.ts';
import { OverviewFacts } from './OverviewFacts.tsx';
import { paceOf } from './pace.ts';
import { isEmpty, type Run } from './run.ts';
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

/** What it is, how far it is, what it amounts to. */
export function Header({ title, run, overview, metric, onMetric, onStart, onCancel }: Props) {
  const hasBase = run.rows.size === 0 || overview.relative !== null;
  const hasNothing = isEmpty(run) || (run.plan === undefined && run.phase !== 'working');
  return (
    <header>
      <div class="header-line">
        <h1 title={title}>{title}</h1>
        <RunStatus run={run} onStart={onStart} onCancel={onCancel} />
      </div>
      <ProgressBar share={run.phase === 'working' ? paceOf(run).share : undefined} />
      {!hasNothing && (
        <div class="header-line header-facts">
          <OverviewFacts overview={overview} hasBase={hasBase} />
          <MetricChoice metric={metric} hasBase={hasBase} onMetric={onMetric} />
        </div>
      )}
    </header>
  );
}

interface MetricChoiceProps extends Pick<Props, 'metric' | 'onMetric'> {
  readonly hasBase: boolean;
}

function MetricChoice({ metric, hasBase, onMetric }: MetricChoiceProps) {
  const options = metrics.map((value) => ({
    value,
    text: metricName(value),
    isDisabled: value === 'relative' && !hasBase,
  }));
  return (
    <div class="metric">
      <span aria-hidden="true">{t('Metric')}</span>
      <Choice label={t('Metric')} value={metric} options={options} onChange={onMetric} />
    </div>
  );
}
