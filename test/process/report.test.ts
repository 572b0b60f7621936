import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult, ReportResult, WriteResult } from '#protocol/results.ts';
import type { SimilarityResult } from '#protocol/similarity.ts';
import { parseJson } from '../support/json.ts';
import { checkpointFolder, matrix } from '../support/modelFolders.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { firstUnclosed } from '../support/wellFormed.ts';

const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
afterAll(() => folder[Symbol.asyncDispose]());

async function run<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await steer([...args, '--json'], { cwd: folder.path });
  expect(code, stderr + stdout).toBe(0);
  return parseJson<T>(stdout);
}

async function report(...args: readonly string[]): Promise<string> {
  const { path, bytes } = await run<ReportResult>('report', ...args);
  const content = readFileSync(path, 'utf8');
  expect(Buffer.byteLength(content)).toBe(bytes);
  expect(firstUnclosed(content)).toBeUndefined();
  expect(content).not.toMatch(/https?:|<script|<link|<img|NaN|undefined/);
  return content;
}

/** Texts of the cells of the rows of a table that begin with these. */
function row(page: string, ...begins: readonly string[]): readonly string[] {
  const rows = [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, cells = '']) =>
    [...cells.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell = '']) =>
      cell.replaceAll(/<[^>]*>/g, ''),
    ),
  );
  return rows.find((cells) => begins.every((begin, index) => cells[index] === begin)) ?? [];
}

test('a report has the numbers of analyze and of similarity', async () => {
  const page = await report('honest.steer.yaml', '-o', 'reports/honest.html');
  const { norm, tensors, rollups, contrast } = await run<AnalyzeResult>('analyze', 'honest.steer.yaml');
  expect(page).toContain(`<dd>${significant(norm)}</dd>`);
  expect(page).toContain(`<dd>${percent(rollups.all.relativeNorm)}</dd>`);
  for (const { name, shape, ...one } of tensors) {
    const numbers = [significant(one.norm), percent(one.relativeNorm), percent(one.share)];
    const ranks = [String(one.rank), significant(one.stableRank), significant(one.effectiveRank)];
    expect(row(page, name)).toEqual([name, shape.join('\u00a0×\u00a0'), ...numbers, ...ranks]);
    const said = `layer ${one.layer}, ${one.module}: ${percent(one.relativeNorm)}`;
    expect(page).toContain(`<title>${said}</title>`);
  }
  for (const { layer, ...one } of rollups.layers) {
    const numbers = [significant(one.norm), percent(one.relativeNorm), percent(one.share)];
    expect(row(page, String(layer), String(one.tensors))).toEqual([String(layer), '7', ...numbers]);
    expect(page).toContain(`<title>layer ${layer}: ${percent(one.relativeNorm)}</title>`);
  }
  const [facts] = contrast;
  expect(row(page, 'honest', significant(facts!.cosine))).toEqual([
    'honest',
    ...[facts!.cosine, facts!.positiveNorm, facts!.negativeNorm, facts!.ratio].map(significant),
    percent(facts!.common),
  ]);
  const largest = tensors.toSorted((a, b) => b.norm! - a.norm!)[0]!;
  for (const [index, value] of largest.singularValues!.slice(0, 16).entries()) {
    const cells = [String(index + 1), significant(value), percent(largest.energy![index]!)];
    expect(row(page, ...cells)).toEqual(cells);
  }
  const sides = await run<SimilarityResult>('similarity', 'honest.steer.yaml', 'honest', 'sycophantic');
  const pairs = [
    ['honest, τ₊', 0, 1],
    ['honest, τ₋', 0, 2],
    ['τ₊, τ₋', 1, 2],
  ] as const;
  for (const [pair, a, b] of pairs)
    expect(row(page, pair)).toEqual([pair, significant(sides.cosine[a]![b]!), significant(sides.z[a]![b]!)]);
});

test('it has the recipe, the hashes of its inputs, what makes it again, and no place on this machine', async () => {
  const page = await report('honest.steer.yaml', '-o', 'again.html');
  expect(page).toContain('# Makes the demo model keep to what it knows');
  expect(page).toContain('steer report honest.steer.yaml -o again.html');
  expect(page).not.toContain(folder.path);
  for (const role of ['base', 'positive', 'negative'])
    expect(row(page, role).at(-1)).toMatch(/^[0-9a-f]{64}$/);
  const once = readFileSync(at('again.html'));
  await report('honest.steer.yaml', '-o', 'again.html', '--force');
  expect(readFileSync(at('again.html'))).toEqual(once);
});

test('it says what rounding did to what was written, and whether that is of this recipe', async () => {
  expect(await report('honest.steer.yaml', '-o', 'before.html')).not.toContain('What was written');
  const { outputs } = await run<WriteResult>('write', 'honest.steer.yaml');
  const { rounding, tensors } = outputs[0]!;
  const page = await report('honest.steer.yaml', '-o', 'after.html');
  expect(row(page, 'out/honest-k1')).toEqual([
    'out/honest-k1',
    'checkpoint',
    '1',
    String(tensors.changed),
    String(tensors.copied),
    significant(rounding!.requested),
    significant(rounding!.realised),
    rounding!.cosine!.toFixed(6),
    percent(rounding!.projection),
    percent(rounding!.unmoved),
    'yes',
  ]);
  const text = readFileSync(at('honest.steer.yaml'), 'utf8');
  writeFileSync(at('honest.steer.yaml'), `${text}layers: 0-2\n`);
  const other = await report('honest.steer.yaml', '-o', 'other.html');
  expect(row(other, 'out/honest-k1').at(-1)).toBe('no');
  writeFileSync(at('honest.steer.yaml'), text);
});

test('of an adapter, and of a recipe that removes and cuts', async () => {
  expect(await report('honest', '-o', 'adapter.html')).toContain('positive: honest');
  writeFileSync(at('cut.steer.yaml'), 'positive: honest\nnegative: base\nremove: [task-bare]\nrank: 2\n');
  const page = await report('cut.steer.yaml', '-o', 'cut.html');
  const { removal } = await run<AnalyzeResult>('analyze', 'cut.steer.yaml');
  const { cosineBefore, cosineAfter, coefficient } = removal![0]!.removed[0]!;
  expect(Math.abs(cosineAfter!)).toBeLessThan(1e-12);
  const cells = [coefficient, cosineBefore, cosineAfter].map(significant);
  expect(row(page, 'cut', 'task-bare').slice(2, 5)).toEqual(cells);
  expect(page).toMatch(/cut is cut to rank 2 at most/);
});

test('its warnings name files without saying where they are', async () => {
  cpSync(at('base'), at('trained-on'), { recursive: true });
  const weights = readFileSync(at('trained-on/model.safetensors'));
  weights.fill(0, weights.length - 100_000);
  writeFileSync(at('trained-on/model.safetensors'), weights);
  mkdirSync(at('recipes'));
  const text = 'base: ../trained-on\npositive: ../honest\nnegative: ../sycophantic\n';
  writeFileSync(at('recipes/odd.steer.yaml'), text);
  const page = await report('recipes/odd.steer.yaml', '-o', 'recipes/warned.html');
  expect(row(page, 'other-base')[1]).toMatch(
    /^honest was trained on .*, and the recipe puts it on trained-on\.$/,
  );
  expect(page).toContain('steer report odd.steer.yaml -o warned.html');
  expect(page).not.toContain(folder.path);
});

test('names of tensors and the text of a recipe stay text', async () => {
  const name = 'model.layers.0.</script><script>alert("1")</script>.weight';
  checkpointFolder(at('one'), { [name]: matrix(2, 2, 1, 2, 3, 4) });
  checkpointFolder(at('other'), { [name]: matrix(2, 2, 2, 2, 3, 5) });
  const text = '# </code></pre></script><script src="evil"></script>';
  writeFileSync(at('odd.steer.yaml'), `${text}\nbase: one\npositive: other\nnegative: base\n`);
  const page = await report('odd.steer.yaml', '-o', 'odd.html');
  expect(page).toContain(
    '<code>model.layers.0.&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;.weight</code>',
  );
  expect(page).toContain('# &lt;/code&gt;&lt;/pre&gt;&lt;/script&gt;');
});

test('what is there is not replaced, a folder never, and not what the report is about', async () => {
  writeFileSync(at('taken.html'), 'mine');
  mkdirSync(at('folder.html'));
  const refused = async (...args: readonly string[]) => {
    const { code, stdout } = await steer(['report', 'honest.steer.yaml', ...args, '--json'], {
      cwd: folder.path,
    });
    expect(code).toBe(2);
    return parseJson<{ readonly error: { readonly code: string } }>(stdout).error.code;
  };
  expect(await refused('-o', 'taken.html')).toBe('output-exists');
  expect(await refused('-o', 'folder.html', '--force')).toBe('output-exists');
  expect(await refused('-o', 'honest.steer.yaml', '--force')).toBe('output-conflict');
  expect(await refused('-o', 'base/model.safetensors', '--force')).toBe('output-conflict');
  expect(readFileSync(at('taken.html'), 'utf8')).toBe('mine');
  expect(existsSync(at('base/model.safetensors'))).toBe(true);
  const { stdout } = await steer(['report', 'honest.steer.yaml', '-o', 'taken.html', '--force'], {
    cwd: folder.path,
  });
  expect(stdout).toMatch(/^Wrote taken\.html: \d+\.\d kB, one file that needs no other\.\n$/);
});
