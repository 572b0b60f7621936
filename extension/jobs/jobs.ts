import type { WorkProgress } from '#protocol/requests.ts';
import type { WriteResult } from '#protocol/results.ts';
import { failureOf } from '../failures.ts';
import { Listeners } from '../listeners.ts';
import { hasEnded, type Job, type JobEvent, type JobRequest, step } from './job.ts';

export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkProgress) => void;
}

/** Does what a job asks for. */
export type Work = (request: JobRequest, options: WorkOptions) => Promise<WriteResult>;

/** The jobs of this window, newest last. They go on whatever is closed, and end with the window. */
export class Jobs {
  readonly #work: Work;
  readonly #jobs = new Map<number, Job>();
  readonly #running = new Map<number, AbortController>();
  readonly #changed = new Listeners<Job | undefined>();
  readonly #ended = new Listeners<Job>();
  #nextId = 1;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Tells the job that changed; undefined where jobs came or went. */
  readonly onDidChange = this.#changed.on;
  readonly onDidEnd = this.#ended.on;

  get all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  get unfinished(): readonly Job[] {
    return this.all.filter(({ state }) => !hasEnded(state));
  }

  /** Starts a job, and settles when it has ended, however that was. */
  async start(request: JobRequest): Promise<Job> {
    const id = this.#nextId++;
    return await this.#run({ id, request, state: { kind: 'waiting' } });
  }

  /** Does a job again in place of what exists, also where it was taken off the list meanwhile. */
  async replace({ id, request }: Job): Promise<void> {
    if (this.#jobs.has(id)) await this.again(id, true);
    else await this.start({ ...request, force: true });
  }

  /** Does an ended job again, from where it was cut off. What somebody once let it replace says nothing of this time. */
  async again(id: number, force = false): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined || !hasEnded(job.state)) return;
    await this.#run({ id, request: { ...job.request, force }, state: { kind: 'waiting' } });
  }

  cancel(id: number): void {
    this.#step(id, { kind: 'cancel' });
    this.#running.get(id)?.abort();
  }

  /** The first output of a job that is done. */
  outputOf(id: number): string | undefined {
    const state = this.#jobs.get(id)?.state;
    return state?.kind === 'done' ? state.result.outputs[0]?.path : undefined;
  }

  /** Takes the jobs that have ended off the list. */
  clearFinished(): void {
    for (const { id, state } of this.all) if (hasEnded(state)) this.#jobs.delete(id);
    this.#changed.tell(undefined);
  }

  dispose(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  async #run(job: Job): Promise<Job> {
    const controller = new AbortController();
    this.#running.set(job.id, controller);
    this.#jobs.set(job.id, job);
    this.#changed.tell(undefined);
    const outcome = await this.#outcome(job, controller.signal);
    this.#running.delete(job.id);
    this.#step(job.id, outcome);
    const ended = this.#jobs.get(job.id) ?? job;
    this.#ended.tell(ended);
    return ended;
  }

  async #outcome({ id, request }: Job, signal: AbortSignal): Promise<JobEvent> {
    const onProgress = (progress: WorkProgress) => this.#step(id, { kind: 'progress', progress });
    try {
      return { kind: 'done', result: await this.#work(request, { signal, onProgress }) };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error, signal) };
    }
  }

  #step(id: number, event: JobEvent): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const changed = { ...job, state: step(job.state, event) };
    this.#jobs.set(id, changed);
    this.#changed.tell(changed);
  }
}
