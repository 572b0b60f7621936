import { l10n } from 'vscode';
import { nameFrom } from '../trees/modelRows.ts';
import { pickModel } from './pick.ts';
import type { Tools } from './tools.ts';

/** Shows what a model has other than another, side by side. */
export type ShowComparison = (before: string, after: string, title: string) => Promise<void>;

type Comparing = Pick<Tools, 'ui' | 'models' | 'folders'>;

/** *Compare Selected*, *Select for Compare* and *Compare with Selected*: VS Code's idiom, for models. */
export class Comparison {
  readonly #tools: Comparing;
  readonly #show: ShowComparison;
  readonly #changed: (isSelected: boolean) => void;
  #selected: string | undefined;

  constructor(tools: Comparing, show: ShowComparison, changed: (isSelected: boolean) => void) {
    this.#tools = tools;
    this.#show = show;
    this.#changed = changed;
  }

  /** Two models or weights files, the first of which is on the left. */
  async compare([one, other]: readonly string[]): Promise<void> {
    const before = one ?? (await this.#pick(l10n.t('First model')));
    const name = (path: string) => nameFrom(path, this.#tools.folders());
    const after = other ?? (await this.#pick(l10n.t('Compare {0} with', name(before)), before));
    await this.#show(before, after, `${name(before)} ↔ ${name(after)}`);
  }

  async select([path]: readonly string[]): Promise<void> {
    this.#selected = path ?? (await this.#pick(l10n.t('Model')));
    this.#changed(true);
    const name = nameFrom(this.#selected, this.#tools.folders());
    this.#tools.ui.remark(l10n.t('Selected for compare: {0}', name));
  }

  async compareWithSelected([path]: readonly string[]): Promise<void> {
    const selected = this.#selected;
    const other = path ?? (await this.#pick(l10n.t('Model'), selected));
    await this.compare(selected === undefined ? [other] : [selected, other]);
  }

  async #pick(placeholder: string, except?: string): Promise<string> {
    const kinds = ['checkpoint', 'adapter', 'direction'] as const;
    const question = { kinds, title: l10n.t('Compare'), placeholder };
    return await pickModel({ ...question, ...(except !== undefined && { except }) }, this.#tools);
  }
}
