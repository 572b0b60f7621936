import { Decoding } from '../../server/generation/decoding.ts';
import { planGenerator } from '../../server/generation/generator.ts';
import { openNamedModel } from '../../server/tasks/steeredModel.ts';
import { Warnings } from '../../server/warnings.ts';
import { createGraphSession } from '../../server/work/graphSession.ts';

/** Steps of each kind, in turns. */
const steps = 16;

/** What a step takes whose strength is another than that of the step before, beside one whose strength is the same. */
export async function strengthChange({
  base,
  adapter,
}: {
  readonly base: string;
  readonly adapter: string;
}): Promise<string> {
  const signal = AbortSignal.timeout(600_000);
  const context = { folder: base, signal, warnings: new Warnings() };
  const { steered } = await openNamedModel(base, { direction: adapter }, context);
  const { decoder, graph, folder, layers, modules } = await planGenerator(steered, signal);
  await using session = await createGraphSession(graph, folder);
  const shape = [1, layers + 1, modules.length];
  const factors = { data: new Float32Array((layers + 1) * modules.length).fill(1), shape };
  const decoding = new Decoding({ decoder, session, factors }, [[1]]);
  await decoding.feed([[1, 2, 3]]);
  const times = { same: [] as number[], changed: [] as number[] };
  for (let step = 0; step < 2 * steps; step++) {
    const kind = step % 2 === 0 ? 'changed' : 'same';
    const start = process.cpuUsage();
    if (kind === 'changed') decoding.select([{ from: 0, strengths: [step / steps] }]);
    await decoding.feed([[step]]);
    const { user, system } = process.cpuUsage(start);
    times[kind].push((user + system) / 1000);
  }
  const [same, changed] = [median(times.same), median(times.changed)];
  const share = (100 * (changed / same - 1)).toFixed(1);
  return `${changed.toFixed(0)} CPU ms for a step with another k, ${same.toFixed(0)} with the same, ${share} % more`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
