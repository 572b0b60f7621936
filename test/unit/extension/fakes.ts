import { readFile, rename } from 'node:fs/promises';
import { cancelled, RequestFailure } from '#protocol/failure.ts';
import type { Method, Params, Result } from '#protocol/requests.ts';
import type { Call, CallOptions } from '../../../extension/call.ts';
import type { Tools } from '../../../extension/commands/tools.ts';
import { Models } from '../../../extension/discovery/models.ts';
import { Jobs } from '../../../extension/jobs/jobs.ts';
import type { Choice, FileEdit, Question, Ui } from '../../../extension/ui.ts';

export type Answers = {
  readonly [M in Method]?: (params: Params<M>, options: CallOptions<M>) => Result<M> | Promise<Result<M>>;
};

/** A server that answers what it is told to, and nothing else. */
export function fakeCall(answers: Answers): Call {
  return async (method, params, options = {}) => {
    options.signal?.throwIfAborted();
    const answer = answers[method];
    if (answer === undefined) throw new Error(`Nobody answers ${method}`);
    return await answer(params, options);
  };
}

/** A user who picks these labels, one after another, and closes everything when there are none left. */
export class FakeUi implements Ui {
  readonly told: string[] = [];
  readonly offered: string[][] = [];
  readonly copied: string[] = [];
  readonly opened: string[] = [];
  readonly saved: string[] = [];
  readonly revealed: string[] = [];
  readonly removed: string[] = [];
  readonly edited: FileEdit[] = [];
  hasTrash = true;
  recipe: string | undefined;
  readonly #picks: string[];
  readonly #paths: string[];

  constructor(picks: readonly string[] = [], paths: readonly string[] = []) {
    this.#picks = [...picks];
    this.#paths = [...paths];
  }

  async pick<T>(choices: readonly Choice<T>[], { placeholder }: Question): Promise<T> {
    this.told.push(placeholder);
    this.offered.push(choices.map(({ label }) => label));
    const label = this.#picks.shift();
    if (label === undefined) throw new RequestFailure(cancelled);
    const choice = choices.find((each) => each.label === label);
    if (choice === undefined)
      throw new Error(`No ${label} among ${choices.map((each) => each.label).join(', ')}`);
    return choice.value;
  }

  /** Picks all that are left of the labels. */
  async pickMany<T>(choices: readonly Choice<T>[], { placeholder }: Question): Promise<readonly T[]> {
    this.told.push(placeholder);
    this.offered.push(choices.map(({ label }) => label));
    const labels = new Set(this.#picks.splice(0));
    return choices.filter(({ label }) => labels.has(label)).map(({ value }) => value);
  }

  async ask(_severity: string, message: string, actions: readonly string[]): Promise<string | undefined> {
    this.told.push(message);
    this.offered.push([...actions]);
    return this.#picks.shift();
  }

  async input({ placeholder }: Question, value: string): Promise<string> {
    this.told.push(`${placeholder} [${value}]`);
    const text = this.#picks.shift();
    if (text === undefined) throw new RequestFailure(cancelled);
    return text;
  }

  async confirm(message: string, detail: string, action: string): Promise<void> {
    this.told.push([message, detail].join(' '));
    if (this.#picks.shift() !== action) throw new RequestFailure(cancelled);
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  }

  async remove(path: string, isForGood: boolean): Promise<void> {
    if (!isForGood && !this.hasTrash) throw new Error('There is no trash');
    this.removed.push(isForGood ? `${path} for good` : path);
  }

  async read(path: string): Promise<string> {
    return await readFile(path, 'utf8');
  }

  async edit(edits: readonly FileEdit[]): Promise<void> {
    this.edited.push(...edits);
  }

  async chooseFolder(): Promise<string> {
    return this.#path();
  }

  async chooseRecipePath(): Promise<string> {
    return this.#path();
  }

  async chooseReportPath(proposed: string): Promise<string> {
    this.offered.push([proposed]);
    return this.#path();
  }

  async copy(text: string): Promise<void> {
    this.copied.push(text);
  }

  activeRecipe(): string | undefined {
    return this.recipe;
  }

  async save(path: string): Promise<void> {
    this.saved.push(path);
  }

  async open(path: string): Promise<void> {
    this.opened.push(path);
  }

  async reveal(path: string): Promise<void> {
    this.revealed.push(path);
  }

  remark(message: string): void {
    this.told.push(message);
  }

  #path(): string {
    const path = this.#paths.shift();
    if (path === undefined) throw new RequestFailure(cancelled);
    return path;
  }
}

export interface Scene {
  readonly ui: FakeUi;
  readonly answers: Answers;
  /** Files that the window's folders have. */
  readonly files?: readonly string[];
  readonly folder: string;
  readonly isTrusted?: boolean;
}

export type FakeTools = Tools & { readonly shown: unknown[]; readonly reached: string[] };

/** What commands work with, in a window with one folder. */
export async function toolsFor({
  ui,
  answers,
  files = [],
  folder,
  isTrusted = true,
}: Scene): Promise<FakeTools> {
  const call = fakeCall(answers);
  const models = new Models(async () => ({ workspace: files, added: [] }));
  await models.look();
  const jobs = new Jobs(({ recipe, force }, options) =>
    call('recipes/write', { path: recipe, force }, options),
  );
  const [shown, reached]: [unknown[], string[]] = [[], []];
  return {
    call,
    ui,
    models,
    jobs,
    withProgress: (_, task) => task(new AbortController().signal),
    showLayers: (subject) => void shown.push(subject),
    showSimilarity: (params) => void shown.push(params),
    showSpectrum: (subject) => void shown.push(subject),
    showGenerate: (subject) => void shown.push({ generate: subject }),
    folders: () => [{ name: 'work', path: folder }],
    isTrusted: () => isTrusted,
    reach: (milestone) => void reached.push(milestone),
    shown,
    reached,
  };
}
