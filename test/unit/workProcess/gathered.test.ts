import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AnalysisProgress } from '#protocol/analysis.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { gathered } from '../../../server/workProcess/gathered.ts';

function row(name: string): AnalysisProgress {
  const numbers = { norm: 1, baseNorm: 2, relativeNorm: 0.5, rank: 1, stableRank: 1, effectiveRank: 1 };
  const tensor: TensorAnalysis = {
    name,
    layer: 0,
    module: 'q_proj',
    group: 'attention',
    shape: [2, 2],
    share: 1,
    singularValues: [1],
    energy: [1],
    spectrum: 'factors',
    spectrumError: null,
    ...numbers,
  };
  return { kind: 'rows', tensors: [tensor] };
}

test('sends rows in groups and loses none, the last ones when it is disposed of', async () => {
  const sent: AnalysisProgress[] = [];
  {
    using rows = gathered((progress: AnalysisProgress) => void sent.push(progress));
    for (let index = 0; index < 100; index++) rows.tell(row(`a${index}`));
    expect(sent).toEqual([]);
    await sleep(120);
    expect(sent).toHaveLength(1);
    rows.tell({ kind: 'state', done: 1, total: 2 });
    rows.tell(row('b'));
  }
  expect(sent.map((each) => (each.kind === 'rows' ? each.tensors.length : each.kind))).toEqual([
    100,
    'state',
    1,
  ]);
});
