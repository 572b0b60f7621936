import { basename } from 'node:path';
import type { HeaderText } from '#protocol/viewer.ts';
import { inspect } from '../analysis/inspect.ts';
import { storedTensors } from '../analysis/storedTensors.ts';
import { headerText } from '../analysis/viewer/headerText.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { openModel } from '../models/openModel.ts';
import { locateModel } from '../models/resolveReference.ts';
import { longestPointer } from '../tensors/lfsPointer.ts';
import type { TaskContext } from './taskContext.ts';
import { metadataOf } from './viewModel.ts';

/**
 * The headers of a model, which a Hub id may name too, or of one file by itself: of a shard there may be an older version without its siblings. A
 * Git LFS pointer is shown as what it says, because `git diff` would stop at a failure. Errors: those of `locateModel`
 * and `openModel`.
 */
export async function headerLines(
  path: string,
  { folder, signal, readsPickles = true }: TaskContext,
): Promise<HeaderText> {
  const { path: named } = await locateModel({ model: path }, { folder, signal });
  try {
    const model = await openModel(named, { reference: basename(named), signal, readsPickles });
    const { kind, format } = inspect(model);
    const metadata = metadataOf(model.kind === 'run' ? [] : model.files);
    return { text: headerText({ kind, format, metadata, tensors: storedTensors(model) }) };
  } catch (error) {
    if (error instanceof ServerError && error.code === 'git-lfs-pointer' && error.subject === named)
      return { text: await pointerText(named, signal) };
    throw error;
  }
}

async function pointerText(path: string, signal: AbortSignal): Promise<string> {
  await using source = await openFile(path, signal);
  const start = await source.read(0, Math.min(source.size, longestPointer), signal);
  const lines = new TextDecoder()
    .decode(start)
    .split('\n')
    .filter((line) => /^(?:oid|size) /.test(line));
  return ['# kind: Git LFS pointer, contents not fetched', ...lines.map((line) => `# ${line}`), ''].join(
    '\n',
  );
}
