import { l10n, window } from 'vscode';
import type { Call } from '../call.ts';
import type { ShowModel } from '../commands/openModel.ts';
import type { OpenTensor } from '../commands/openTensor.ts';

/** Opens a tensor of a subject in the viewer of the model that holds it: of a pair, the second before the first. */
export function tensorOpener(call: Call, show: ShowModel): OpenTensor {
  return async (subject, name) => {
    const paths = subject.kind === 'pair' ? [subject.after, subject.before] : [subject.path];
    for (const path of paths) {
      const { files, tensors } = await call('models/open', { path });
      const row = tensors.names.indexOf(name);
      const file = row < 0 ? undefined : files[tensors.file[row] ?? 0];
      if (file !== undefined) return await show(file.path, name);
    }
    void window.showInformationMessage(l10n.t('No file holds {0}: it comes out of factors.', name));
  };
}
