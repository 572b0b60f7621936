import { l10n } from 'vscode';
import { contrast } from './contrast.ts';
import { modelAt, pickModel } from './pick.ts';
import type { Tools } from './tools.ts';
import { nameFrom } from '../trees/modelRows.ts';

/** VS Code's compare idiom: one model is selected, and waits for another to be contrasted with. */
export class ContrastSelection {
  readonly #tools: Tools;
  readonly #changed: (isSelected: boolean) => void;
  #selected: string | undefined;

  constructor(tools: Tools, changed: (isSelected: boolean) => void) {
    this.#tools = tools;
    this.#changed = changed;
  }

  /** *Select for Contrast*. */
  async select(paths: readonly string[]): Promise<void> {
    const selected = await this.#one(paths);
    this.#selected = selected;
    this.#changed(true);
    this.#tools.ui.remark(l10n.t('Selected for contrast: {0}', nameFrom(selected, this.#tools.folders())));
  }

  /** *Contrast with Selected*: the one that was selected first is offered first. */
  async contrast(paths: readonly string[]): Promise<void> {
    const other = await this.#one(paths);
    await contrast(this.#selected === undefined ? [other] : [this.#selected, other], this.#tools);
  }

  async #one([path]: readonly string[]): Promise<string> {
    const kinds = ['adapter', 'checkpoint'] as const;
    const [title, placeholder] = [l10n.t('Contrast'), l10n.t('Fine-tune')];
    return path === undefined
      ? await pickModel(
          { kinds, title, placeholder, ...(this.#selected !== undefined && { except: this.#selected }) },
          this.#tools,
        )
      : modelAt(path, this.#tools);
  }
}
