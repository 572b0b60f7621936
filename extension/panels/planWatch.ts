import type * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { isInside } from '../trees/modelRows.ts';
import { planFiles } from './planFiles.ts';
import { planTensors } from './planTensors.ts';
import { watchFiles } from './watchFiles.ts';

/** Watches the files that the server says it reads for a panel, until it says others or the panel goes. */
export class PlanWatch implements vscode.Disposable {
  readonly #own: readonly string[];
  readonly #onChange: () => void;
  #files: readonly string[] = [];
  #tensors: ReadonlySet<string> = new Set();
  #watching: vscode.Disposable | undefined;
  #isDisposed = false;

  /** `own` are files that the plans do not name; they are watched from the beginning. */
  constructor(own: readonly string[], onChange: () => void) {
    this.#own = own;
    this.#onChange = onChange;
    if (own.length > 0) this.#watch([]);
  }

  /** The same, listening for plans. */
  listenTo(call: Call): Call {
    return (method, params, options) =>
      call(method, params, {
        ...options,
        onProgress: (progress) => {
          if (options?.signal?.aborted === true) return; // The panel may have gone, and nobody would end the watch.
          const files = planFiles(progress);
          if (files !== undefined) this.#watch(files);
          this.#tensors = new Set(planTensors(progress) ?? this.#tensors);
          options?.onProgress?.(progress);
        },
      });
  }

  /** Whether the last plan has the tensor, and reads the file or what is in the folder. */
  hasTensor(path: string, name: string): boolean {
    return this.#tensors.has(name) && this.#files.some((file) => isInside(path, file));
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watching?.dispose();
  }

  #watch(files: readonly string[]): void {
    if (this.#isDisposed) return; // A plan may come late.
    this.#watching?.dispose();
    this.#files = files;
    this.#watching = watchFiles([...this.#own, ...files], this.#onChange);
  }
}
