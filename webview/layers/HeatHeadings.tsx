import type { Column } from './grid.ts';
import { groupName } from '../moduleNames.ts';
import { shortModule, spokenModule } from './names.ts';

/** Groups, where there is more than one, and the modules under them. */
export function HeatHeadings({ columns }: { readonly columns: readonly Column[] }) {
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
        {columns.map(({ group, module }) => (
          <span
            class="heat-module"
            role="columnheader"
            key={`${group}/${module}`}
            title={module}
            aria-label={spokenModule(module)}
          >
            <span>{shortModule(module)}</span>
          </span>
        ))}
      </div>
    </>
  );
}
