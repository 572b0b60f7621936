import { isSubject, type Subject } from '#protocol/analysis.ts';
import type * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { PlanWatch } from './planWatch.ts';
import { subjectKey } from './subjects.ts';

/** Watches what the server reads for each of a panel's subjects; a plan of one leaves what is watched for the others. */
export class SubjectWatches implements vscode.Disposable {
  readonly #watches = new Map<string, PlanWatch>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The same, listening for plans. */
  listenTo(call: Call): Call {
    return (method, params, options) => {
      const subject = subjectOf(params);
      const listening = subject === undefined ? call : this.#watchOf(subject).listenTo(call);
      return listening(method, params, options);
    };
  }

  /** Forgets all but these. */
  keep(subjects: readonly Subject[]): void {
    const kept = new Set(subjects.map(subjectKey));
    for (const [key, watch] of this.#watches) {
      if (kept.has(key)) continue;
      watch.dispose();
      this.#watches.delete(key);
    }
  }

  dispose(): void {
    this.keep([]);
  }

  #watchOf(subject: Subject): PlanWatch {
    const key = subjectKey(subject);
    const known = this.#watches.get(key);
    if (known !== undefined) return known;
    const watch = new PlanWatch(subject.kind === 'recipe' ? [subject.path] : [], this.#onChange);
    this.#watches.set(key, watch);
    return watch;
  }
}

function subjectOf(params: unknown): Subject | undefined {
  if (typeof params !== 'object' || params === null || !('subject' in params)) return undefined;
  return isSubject(params.subject) ? params.subject : undefined;
}
