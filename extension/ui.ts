import type { TextChange } from '#protocol/check.ts';

/** What commands ask of the window, so that they can be tried without one. What the user leaves ends the command as cancelled. */
export interface Ui {
  pick<T>(choices: readonly Choice<T>[], question: Question): Promise<T>;
  /** Any number of them, none included. */
  pickMany<T>(choices: readonly Choice<T>[], question: Question): Promise<readonly T[]>;
  /** A message with buttons; undefined where it was closed. */
  ask(
    severity: 'info' | 'warning' | 'error',
    message: string,
    actions: readonly string[],
  ): Promise<string | undefined>;
  /** A line of text. */
  input(question: Question, value: string): Promise<string>;
  /** Asks in the middle of the window; whatever is not the action ends the command. */
  confirm(message: string, detail: string, action: string): Promise<void>;
  chooseFolder(title: string): Promise<string>;
  chooseRecipePath(title: string): Promise<string>;
  /** Where a report goes, with this path as the proposal. */
  chooseReportPath(proposed: string): Promise<string>;
  copy(text: string): Promise<void>;
  /** The recipe in the active editor. */
  activeRecipe(): string | undefined;
  /** Saves a file where an editor has changes of it. */
  save(path: string): Promise<void>;
  /** Opens a file in an editor. */
  open(path: string): Promise<void>;
  /** Gives a file or folder another path; refused where something is there. */
  rename(from: string, to: string): Promise<void>;
  /** Moves a file or folder to the trash, or, where `isForGood`, deletes it. Rejects where that cannot be done. */
  remove(path: string, isForGood: boolean): Promise<void>;
  /** The text of a file, as an editor has it where one does. */
  read(path: string): Promise<string>;
  /** Edits files in one step that can be undone; those that had no unsaved changes are saved. */
  edit(edits: readonly FileEdit[]): Promise<void>;
  /** Shows a file or folder in the Explorer, else in the system's. */
  reveal(path: string): Promise<void>;
  /** A passing remark in the status bar. */
  remark(message: string): void;
}

/** What is to change in one file. */
export interface FileEdit {
  readonly path: string;
  readonly changes: readonly TextChange[];
}

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** A codicon. */
  readonly icon?: string;
  /** Where several can be picked: it is from the start. */
  readonly isPicked?: boolean;
  readonly value: T;
}

export interface Question {
  readonly title: string;
  readonly placeholder: string;
}
