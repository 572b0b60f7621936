import type { Job, JobItem } from '../work/job.ts';
import { unitsOf } from '../work/units.ts';
import { widths } from '../work/widths.ts';

/** Bytes that a job reads; factors that several units need are counted once for each. */
export function traffic(job: Omit<Job, 'outputs'>): { readonly read: number } {
  const total = unitsOf({ ...job, outputs: [] }).reduce((sum, unit) => sum + unit.traffic, 0);
  return { read: total - job.items.reduce((sum, item) => sum + writtenBy(item), 0) };
}

function writtenBy(item: JobItem): number {
  switch (item.kind) {
    case 'copy':
      return item.bytes * item.places.length;
    case 'steer':
      return item.rows * item.columns * widths[item.dtype] * item.places.length;
    case 'stack':
      return (
        item.parts.reduce((sum, { factor }) => sum + factor.rows * factor.columns * 4, 0) * item.places.length
      );
    case 'spectrum':
    case 'gram':
    case 'decompose':
    case 'survey':
    case 'picture':
      return 0;
  }
}
