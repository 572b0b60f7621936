import { groupName } from '../moduleNames.ts';
import { t } from '../strings.ts';
import { isBrushed } from './brush.ts';
import type { Column } from './grid.ts';
import { shortModule, spokenModule } from './names.ts';

interface Props {
  readonly columns: readonly Column[];
  /** Brushed; undefined: all. */
  readonly modules: readonly string[] | undefined;
  /** The column whose heading the keyboard is at; −1 where it is elsewhere. */
  readonly current: number;
}

/** Groups, where there is more than one, and the modules under them, which can be chosen. They are the first row of fields. */
export function HeatHeadings({ columns, modules, current }: Props) {
  const groups = [...Map.groupBy(columns, ({ group }) => group)];
  return (
    <>
      <div class="heat-row heat-groups" aria-hidden="true">
        <span />
        {groups.map(([group, members]) => (
          <span class="heat-group" key={group} style={{ gridColumn: `span ${members.length}` }}>
            {groupName(group)}
          </span>
        ))}
      </div>
      <div class="heat-row heat-modules" role="row" aria-rowindex={1}>
        <span role="presentation" />
        {columns.map((column, index) => (
          <Heading
            key={`${column.group}/${column.module}`}
            column={column}
            index={index}
            isChosen={modules !== undefined && isBrushed(column, modules)}
            isCurrent={index === current}
          />
        ))}
      </div>
    </>
  );
}

interface HeadingProps {
  readonly column: Column;
  readonly index: number;
  readonly isChosen: boolean;
  readonly isCurrent: boolean;
}

function Heading({ column: { module }, index, isChosen, isCurrent }: HeadingProps) {
  return (
    <span
      class={isChosen ? 'heat-module chosen' : 'heat-module'}
      role="columnheader"
      title={t('{0}: select the module in all layers', module)}
      aria-label={spokenModule(module)}
      aria-selected={isChosen}
      aria-colindex={index + 2}
      data-row={0}
      data-column={index}
      tabIndex={isCurrent ? 0 : -1}
    >
      <span>{shortModule(module)}</span>
    </span>
  );
}
