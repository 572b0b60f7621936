import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SimilarityProgress, SimilarityResult } from '#protocol/similarity.ts';
import { csvField } from '#protocol/csvField.ts';
import { similarityRows } from '#protocol/similarityRows.ts';
import { parseJson } from '../support/json.ts';
import { openEditor } from '../support/editor.ts';
import { root, steer } from '../support/steer.ts';

const cwd = join(root, 'media/demo');
const subjects = ['honest.steer.yaml', 'runs/drifting/checkpoint-60', 'runs/control/checkpoint-60'];

async function similarity(...more: readonly string[]): Promise<SimilarityResult> {
  const { code, stdout, stderr } = await steer(['similarity', ...subjects, ...more, '--json'], { cwd });
  expect(code, stderr).toBe(0);
  return parseJson<SimilarityResult>(stdout);
}

/** Cosines are those of numpy on the factors multiplied out in float64: −0.20849 and 0.00072. */
test('the run that drifts goes against honesty beyond chance, and the control run does not', async () => {
  const { cosine, z, flags } = await similarity();
  expect(cosine[0]?.[1]).toBeCloseTo(-0.2085, 4);
  expect(cosine[0]?.[2]).toBeCloseTo(0.0007, 4);
  expect(z[0]?.[1]).toBeLessThan(-100);
  expect(Math.abs(z[0]?.[2] ?? NaN)).toBeLessThan(2);
  expect(flags).toMatchObject([{ code: 'shared-initialisation', a: 1, b: 2 }]);
});

test('the table in README.md is what similarity says of every checkpoint', async () => {
  const steps = [10, 20, 30, 40, 50, 60];
  const runs = ['drifting', 'control'].flatMap((run) =>
    steps.map((step) => `runs/${run}/checkpoint-${step}`),
  );
  const { stdout } = await steer(['similarity', 'honest.steer.yaml', ...runs, '--json'], { cwd });
  const { cosine, z } = parseJson<SimilarityResult>(stdout);
  const expected = steps.map((step, index) => {
    const [drifting, control] = [1 + index, 1 + steps.length + index];
    return [
      String(step),
      text(cosine[0]?.[drifting], 5),
      text(z[0]?.[drifting], 1),
      text(cosine[0]?.[control], 5),
      text(z[0]?.[control], 2),
    ];
  });
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
  const heading = lines.findIndex((line) => /^\| step \| *drifting: cosine/.test(line));
  const table = lines.slice(heading + 2, heading + 2 + steps.length);
  expect(
    table.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
  ).toEqual(expected);
});

test('so it is against controls', async () => {
  const { null: chance, withControls, z } = await similarity('--controls', 'task-bare');
  expect(chance).toMatchObject({ kind: 'controls', count: 1, names: ['task-bare'] });
  expect(withControls.map((row) => row.length)).toEqual([1, 1, 1]);
  expect(z[0]?.[1]).toBeLessThan(-20);
  expect(Math.abs(z[0]?.[2] ?? NaN)).toBeLessThan(2);
});

test('as text and as CSV', async () => {
  const text = await steer(['similarity', ...subjects], { cwd });
  expect(text.stdout).toContain('Null: σ ');
  const { stdout } = await steer(['similarity', ...subjects, '--csv'], { cwd });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('part,a,b,cosine,z,norm_a,norm_b,flags');
  expect(lines).toHaveLength(1 + 3 * (2 + 4 + 7));
  // The panel makes its file of the same rows, from what `--json` has.
  expect(similarityRows(await similarity()).map((row) => row.map(csvField).join(','))).toEqual(lines);
});

test('analyze says how the sides of a contrast lie to each other', async () => {
  const { stdout } = await steer(['analyze', 'honest.steer.yaml'], { cwd });
  expect(stdout).toMatch(/^honest: cos\(τ₊, −τ₋\) 0\.521, ‖τ₊‖ 1\.80, ‖τ₋‖ 2\.16 \(ratio 0\.8\d+\)/m);
});

test('the editor is told the same, what is compared first, and of a cancel', async () => {
  await using editor = await openEditor({ folders: [cwd] });
  const told: SimilarityProgress[] = [];
  const paths = subjects.map((subject) => join(cwd, subject));
  const onProgress = (progress: SimilarityProgress) => void told.push(progress);
  const result = await editor.ask('directions/similarity', { subjects: paths }, { onProgress });
  expect(result).toEqual(await similarity());
  expect(told[0]).toMatchObject({ kind: 'plan', names: result.names, layers: 4 });
  const cancel = new AbortController();
  const asked = editor.ask('directions/similarity', { subjects: paths }, { signal: cancel.signal });
  cancel.abort();
  await expect(asked).rejects.toMatchObject({ failure: { code: 'cancelled' } });
});

function text(value: number | null | undefined, digits: number): string {
  return (value ?? Number.NaN).toFixed(digits).replace('-', '−');
}
