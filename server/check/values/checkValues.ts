import type { Finding } from '#protocol/check.ts';
import type { Layout, StoredTensor } from '../../tensors/storedTensor.ts';
import type { Survey } from '../survey.ts';
import { checkDuplicates, checkTiedCopies } from './duplicates.ts';
import { readValues, type ValueFacts } from './readValues.ts';
import { checkTensorValues } from './tensorValues.ts';
import type { ValueCheck } from './valueCheck.ts';
import { checkZeroAdapter } from './zeroAdapter.ts';

const wholeChecks: readonly ValueCheck[] = [checkDuplicates, checkTiedCopies, checkZeroAdapter];

export interface CheckValuesOptions {
  readonly signal: AbortSignal;
  /** Bytes since it was last called; `bytesToRead` is their sum. */
  readonly read: (bytes: number) => void;
  /** Told of findings as they come. */
  readonly tell: (findings: readonly Finding[]) => void;
}

/** Bytes that `checkValues` reads. */
export function bytesToRead(survey: Survey): number {
  return readable(survey).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Reads every value once; what is wrong with a tensor is told as soon as it has been read. */
export async function checkValues(
  survey: Survey,
  { signal, read, tell }: CheckValuesOptions,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const facts: ValueFacts[] = [];
  const add = (found: readonly Finding[]) => {
    if (found.length === 0) return;
    findings.push(...found);
    tell(found);
  };
  await readValues(readable(survey), { signal, read }, (each) => {
    facts.push(each);
    add(checkTensorValues(survey, each));
  });
  for (const check of wholeChecks) add(await check(survey, facts, { signal }));
  return findings;
}

/** Those whose values lie row by row as the shape says: of views and quantised weights, rows and zeros mean nothing. */
function readable({ tensors }: Survey): readonly StoredTensor[] {
  return [...tensors.values()].filter(
    ({ layout, packed }) => packed === undefined && !(layout !== undefined && scattered.has(layout.kind)),
  );
}

const scattered: ReadonlySet<Layout['kind']> = new Set(['scaled', 'strided', 'turned']);
