import type { Subject } from '#protocol/analysis.ts';
import type { GenerationSubject } from '#protocol/generation.ts';
import type { Bridge } from '../bridge.ts';
import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import type { Asking } from './asking.ts';
import { BandLine } from './BandLine.tsx';
import { ColumnCard } from './ColumnCard.tsx';
import { mostDivergence, type Texts } from './texts.ts';
import { useBands } from './useBands.ts';
import { keyOf } from './useTexts.ts';
import type { Column } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly subject: Subject;
  readonly directions: GenerationSubject['directions'];
  readonly columns: readonly Column[];
  /** Undefined where there is nothing to go on from. */
  readonly asking: Asking | undefined;
  readonly texts: Texts;
  /** Changed files make what was measured of them old. */
  readonly isStale: boolean;
  readonly onColumns: (columns: readonly Column[]) => void;
}

/** As many as are read side by side. */
const mostColumns = 8;

/** The texts beside each other, base first. */
export function Columns({ bridge, subject, directions, columns, asking, texts, isStale, onColumns }: Props) {
  const base = texts.get(columns[0]?.id ?? 0);
  const canAdd = directions.length > 0 && columns.length < mostColumns;
  const measured = useBands(bridge, subject, isStale);
  const add = () => onColumns([...columns, another(columns)]);
  return (
    <>
      <div class="columns">
        {columns.map((column, at) => {
          const text = texts.get(column.id);
          return (
            <ColumnCard
              key={column.id}
              column={column}
              directions={directions}
              bands={measured.bands?.bands}
              isBase={at === 0}
              text={text}
              base={base}
              isOld={text !== undefined && (asking === undefined || text.key !== keyOf(asking, column))}
              onStrengths={(strengths) => onColumns(columns.with(at, { ...column, strengths }))}
              onRemove={() => onColumns(columns.toSpliced(at, 1))}
              onCopy={(copied) => bridge.tell({ kind: 'copy', text: copied })}
              onWrite={
                subject.kind === 'recipe'
                  ? (strengths) => bridge.tell({ kind: 'writeStrengths', strengths })
                  : undefined
              }
            />
          );
        })}
      </div>
      <div class="columns-foot">
        {canAdd && <Button onClick={add}>{t('Add Column')}</Button>}
        {directions.length > 0 && <BandLine measured={measured} directions={directions} />}
        {columns.length > 1 && <Legend />}
      </div>
    </>
  );
}

/** On the other side of the base from the last one. */
function another(columns: readonly Column[]): Column {
  const strengths = (columns.at(-1)?.strengths ?? []).map((strength) => (strength === 0 ? 0 : -strength));
  return { id: Math.max(...columns.map(({ id }) => id)) + 1, strengths };
}

function Legend() {
  return (
    <div class="legend-line quiet">
      <span class="token first">{t('first difference')}</span>
      <span>{t('KL to the base at each token: 0')}</span>
      <span class="legend-scale" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((shade) => (
          <span key={shade} class="token shaded" style={{ '--shade': String(shade) }} />
        ))}
      </span>
      <span>{t('{0} nats and more', mostDivergence)}</span>
    </div>
  );
}
