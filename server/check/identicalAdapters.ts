import type { Finding } from '#protocol/check.ts';
import { sameValues } from '../tensors/sameValues.ts';
import { finding } from './finding.ts';
import type { Survey } from './survey.ts';

/** Adapters with one header and the same values throughout: their difference, the direction, would be zero. */
export async function identicalAdapters(
  surveys: readonly Survey[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const adapters = surveys.filter(
    ({ documents, weights }) => documents.has('adapter_config.json') && weights.length > 0,
  );
  const findings: Finding[] = [];
  const groups = Map.groupBy(adapters, headerOf);
  for (const [header, [first, ...others]] of groups) {
    if (first === undefined || header === '') continue;
    for (const other of others) {
      if (first.folder !== other.folder && (await areSame(first, other, signal)))
        findings.push(identical(first, other));
    }
  }
  return findings;
}

function headerOf({ weights }: Survey): string {
  return weights.map(({ file }) => file?.headerSha256 ?? '').join(' ');
}

async function areSame(one: Survey, other: Survey, signal: AbortSignal): Promise<boolean> {
  for (const [name, tensor] of one.tensors) {
    const twin = other.tensors.get(name);
    if (twin === undefined || !(await sameValues(tensor, twin, signal))) return false;
  }
  return true;
}

function identical(first: Survey, other: Survey): Finding {
  const file = other.weights[0]?.path ?? other.folder;
  const twin = first.weights[0]?.path ?? first.folder;
  const message = `It has the same values as ${twin}: the difference of the two is zero.`;
  return finding('identical-adapters', file, message, {
    related: [{ file: twin, message: 'The same values.' }],
  });
}
