import { type ChildProcess, fork } from 'node:child_process';
import { type Outcome, RequestFailure } from '#protocol/failure.ts';
import type { Progress, Result } from '#protocol/requests.ts';
import type { FromWork, ToWork, WorkMethod, WorkRequest } from '#protocol/work.ts';

export interface ForkedWorkOptions {
  /** Absolute path of the bundle of `workProcess/main.ts`. */
  readonly script: string;
  readonly log: (text: string) => void;
  /** A process that has not answered a cancel by then is killed; where others wait for it, only after ten times as long. Default: 2,000. */
  readonly patienceMilliseconds?: number;
  /** What is said of what was lost with it. Default: that what was written is kept. */
  readonly lost?: string;
}

/** How many times the patience somebody waits whose cancel would take away what others wait for. */
const mostPatience = 10;

interface Pending {
  isCancelled: boolean;
  readonly progress: (value: unknown) => void;
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly fail: (error: RequestFailure) => void;
}

interface Listening<M extends WorkMethod> {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress<M>) => void;
}

/** One forked process, from its start to its end. */
export class ForkedWork {
  readonly #options: ForkedWorkOptions;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #ended = false;

  constructor(options: ForkedWorkOptions) {
    this.#options = options;
    // Typed arrays stay typed arrays; and a debugger of the server's is not this process's.
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    this.#child = fork(options.script, [], { serialization: 'advanced', execArgv: [], stdio: [...stdio] });
    this.#child.on('message', (message: FromWork) => this.#receive(message));
    this.#child.once('error', (error) => this.#over(error.message));
    this.#child.once('exit', (code, signal) => this.#over(signal ?? `exit code ${code}`));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => options.log(text.trimEnd()));
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Settles when the process has answered, cancelled or not, or is gone: `worker-crashed`. */
  async request<M extends WorkMethod>(
    asked: Pick<WorkRequest<M>, 'method' | 'params' | 'settings'>,
    { signal, report }: Listening<M>,
  ): Promise<Result<M>> {
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<Result<M>>();
    /* oxlint-disable typescript/no-unsafe-type-assertion -- The id ties a message to the request that fixed M. */
    this.#pending.set(id, {
      isCancelled: false,
      progress: (value) => report(value as Progress<M>),
      settle: (outcome) =>
        outcome.ok
          ? answered.resolve(outcome.value as Result<M>)
          : answered.reject(new RequestFailure(outcome.failure)),
      fail: answered.reject,
    });
    /* oxlint-enable typescript/no-unsafe-type-assertion */
    const cancel = () => this.#cancel(id);
    signal.addEventListener('abort', cancel, { once: true });
    this.#send({ kind: 'request', id, ...asked });
    try {
      return await answered.promise;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  end(): void {
    this.#ended = true;
    this.#child.kill();
  }

  #cancel(id: number): void {
    this.#send({ kind: 'cancel', id });
    const pending = this.#pending.get(id);
    if (pending !== undefined) pending.isCancelled = true;
    this.#endIfLate(id, 1);
  }

  /** A process that is busy for seconds, planning a model of very many tensors, say, is no reason to lose a write. */
  #endIfLate(id: number, times: number): void {
    const { patienceMilliseconds = 2000, log } = this.#options;
    const late = setTimeout(() => {
      if (!this.#pending.has(id)) return;
      const areOthers = [...this.#pending.values()].some(({ isCancelled }) => !isCancelled);
      if (areOthers && times < mostPatience) return this.#endIfLate(id, times + 1);
      log(`The work process did not answer a cancel within ${times * patienceMilliseconds} ms and is ended.`);
      this.#child.kill('SIGKILL');
    }, patienceMilliseconds);
    late.unref();
  }

  #send<M extends WorkMethod>(message: WorkRequest<M> | Extract<ToWork, { kind: 'cancel' }>): void {
    if (!this.#ended) this.#child.send(message, () => {}); // A channel that is gone has an `exit` to say so.
  }

  #receive(message: FromWork): void {
    switch (message.kind) {
      case 'log':
        return this.#options.log(message.text);
      case 'progress':
        return this.#pending.get(message.id)?.progress(message.progress);
      case 'reply':
        this.#pending.get(message.id)?.settle(message.outcome);
        this.#pending.delete(message.id);
    }
  }

  #over(how: string): void {
    if (!this.#ended) this.#options.log(`The work process has ended (${how}).`);
    this.#ended = true;
    const { lost = 'What it had written is kept: run again, it goes on from there.' } = this.#options;
    // No subject: its script is nothing that somebody could look into.
    const message = `The work process has ended before it answered (${how}). ${lost}`;
    for (const { fail } of this.#pending.values())
      fail(new RequestFailure({ code: 'worker-crashed', message }));
    this.#pending.clear();
  }
}
