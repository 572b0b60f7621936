import { dirname } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import { bytes } from '#protocol/figures.ts';
import type { DryRunResult, WriteResult, WrittenOutput } from '#protocol/results.ts';
import { counted, percent } from '../numbers.ts';
import { shownPath } from '../shownPath.ts';

/** What became of each recipe the last time it was written or tried, a sentence, for as long as the server lives. */
export class LastResults {
  readonly #sentences = new Map<string, string>();
  readonly #changed: () => void;

  /** `changed` is called when there is something new to show. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  of(path: string): string | undefined {
    return this.#sentences.get(path);
  }

  ofWrite(path: string, writing: Promise<WriteResult>): Promise<WriteResult> {
    return this.#noted(path, writing, ({ outputs }) => writtenSentence(outputs, dirname(path)));
  }

  ofDryRun(path: string, trying: Promise<DryRunResult>): Promise<DryRunResult> {
    return this.#noted(path, trying, ({ outputs, freeDisk }) => {
      const size = outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
      return `Would write ${counted(outputs.length, 'output')}, ${bytes(size)} of ${bytes(freeDisk)} free`;
    });
  }

  async #noted<T>(path: string, working: Promise<T>, sentence: (result: T) => string): Promise<T> {
    try {
      const result = await working;
      this.#note(path, sentence(result));
      return result;
    } catch (error) {
      this.#note(path, failureSentence(error, dirname(path)));
      throw error;
    }
  }

  #note(path: string, sentence: string | undefined): void {
    if (sentence === undefined) return;
    this.#sentences.set(path, sentence);
    this.#changed();
  }
}

function writtenSentence(outputs: readonly WrittenOutput[], folder: string): string {
  const [first, ...others] = outputs;
  if (first === undefined) return 'Nothing to write';
  const { changed, copied } = first.tensors;
  const kept = first.rounding?.projection ?? null;
  const facts = [
    `${changed} of ${counted(changed + copied, 'tensor')} changed`,
    ...(kept === null ? [] : [`rounding keeps ${percent(kept)}`]),
  ];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Wrote ${shownPath(first.path, folder)}${more}: ${facts.join('; ')}`;
}

/** A cancelled one leaves what was said before. */
function failureSentence(error: unknown, folder: string): string | undefined {
  if (!(error instanceof RequestFailure) || error.failure.code === 'cancelled') return undefined;
  const { message, subject } = error.failure;
  return subject === undefined ? message : message.replace(subject, shownPath(subject, folder));
}
