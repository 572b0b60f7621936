import type { Subject } from '#protocol/analysis.ts';
import { l10n, window } from 'vscode';
import type { Call } from '../call.ts';
import type { ShowModel } from '../commands/openModel.ts';
import { failureOf } from '../failures.ts';
import type { ShowFailure } from '../show.ts';

export interface TensorOpenerParts {
  readonly call: Call;
  readonly show: ShowModel;
  readonly showFailure: ShowFailure;
}

/** Opens tensors in the viewer of the model that holds them. */
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

  /** Of a model, or of all that a file is part of. Rejects where it cannot be opened. */
  async ofModel(path: string, name: string): Promise<void> {
    const { files, tensors } = await this.#parts.call('models/open', { path });
    const row = tensors.names.indexOf(name);
    await this.#show(row < 0 ? undefined : files[tensors.file[row] ?? 0]?.path, name);
  }

  async #show(path: string | undefined, name: string): Promise<void> {
    if (path !== undefined) return await this.#parts.show(path, name);
    void window.showInformationMessage(l10n.t('No file holds {0}: it comes out of factors.', name));
  }
}
