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
  /** Shows a file or folder in the Explorer, else in the system's. */
  reveal(path: string): Promise<void>;
  /** A passing remark in the status bar. */
  remark(message: string): void;
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
