import type { Subject } from '#protocol/analysis.ts';
import type { TensorPlaceShown } from '#protocol/panel.ts';
import { l10n, window } from 'vscode';
import type { Call } from '../call.ts';
import type { ShowModel } from '../commands/openModel.ts';
import { failureOf } from '../failures.ts';
import { showClause } from '../recipes.ts';
import type { ShowFailure } from '../show.ts';

export interface TensorOpenerParts {
  readonly call: Call;
  readonly show: ShowModel;
  readonly showFailure: ShowFailure;
  /** The line of a tensor among the headers of a file. */
  readonly showHeaderLine: (path: string, tensor: string) => Promise<void>;
}

/** Opens tensors in the viewer of the model that holds them, and shows where else they are. */
export class TensorOpener {
  readonly #parts: TensorOpenerParts;

  constructor(parts: TensorOpenerParts) {
    this.#parts = parts;
  }

  /** Of whatever a panel is about; shows what goes wrong. */
  async ofSubject(subject: Subject, name: string): Promise<void> {
    const { call, showFailure } = this.#parts;
    try {
      const { path } = await call('direction/tensorFile', { subject, name });
      await this.#show(path ?? undefined, name);
    } catch (error) {
      showFailure(failureOf(error));
    }
  }

  /** Of whatever a panel is about: its line in the header, or the clause of the recipe; shows what goes wrong. */
  async inPlace(place: TensorPlaceShown, subject: Subject, name: string): Promise<void> {
    const { call, showFailure } = this.#parts;
    try {
      if (place === 'recipe' && subject.kind === 'recipe') await showClause(subject.path, name, call);
      if (place === 'header') await this.#showLine(subject, name);
    } catch (error) {
      showFailure(failureOf(error));
    }
  }

  /** Of a model, or of all that a file is part of. Rejects where it cannot be opened. */
  async ofModel(path: string, name: string): Promise<void> {
    const { files, tensors } = await this.#parts.call('models/open', { path });
    const row = tensors.names.indexOf(name);
    await this.#show(row < 0 ? undefined : files[tensors.file[row] ?? 0]?.path, name);
  }

  async #showLine(subject: Subject, name: string): Promise<void> {
    const { path } = await this.#parts.call('direction/tensorFile', { subject, name });
    await (path === null ? this.#show(undefined, name) : this.#parts.showHeaderLine(path, name));
  }

  async #show(path: string | undefined, name: string): Promise<void> {
    if (path !== undefined) return await this.#parts.show(path, name);
    void window.showInformationMessage(l10n.t('No file holds {0}: it comes out of factors.', name));
  }
}
