import { basename, dirname, join, resolve } from 'node:path';
import { concurrently } from '../../bytes/concurrently.ts';
import { openFile } from '../../bytes/fileSource.ts';
import { ServerError } from '../../errors.ts';
import { type GgufFile, readGguf } from '../../tensors/gguf/ggufFile.ts';
import { quote } from '../../tensors/jsonScanner.ts';

/** A GGUF file, or one of several that make a model. */
export interface GgufPart extends GgufFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMilliseconds: number;
}

const partName = /^(.*)-\d{5}-of-(\d{5})\.gguf$/is;

/**
 * The headers of a GGUF file, or of all parts of a model that llama-gguf-split has cut, whichever of them is named; in their order. The
 * first has the metadata. Errors: those of `readGguf`; `file-not-found` for a part that is not there, `invalid-gguf` for parts that do not
 * belong together, `unsupported-format` where a part has been renamed.
 */
export async function readGgufParts(path: string, signal?: AbortSignal): Promise<readonly GgufPart[]> {
  const named = await readPart(resolve(path), signal);
  const count = named.values.get('split.count') ?? 1;
  if (count === 0 || count === 1) return [named];
  const names = namesOf(named.path, count);
  const parts = await concurrently(names, 4, (name) =>
    name === named.path ? Promise.resolve(named) : readPart(name, signal),
  );
  checkTogether(parts, count);
  return parts;
}

async function readPart(path: string, signal: AbortSignal | undefined): Promise<GgufPart> {
  await using source = await openFile(path, signal);
  const { name, size, modifiedMilliseconds } = source;
  return { ...(await readGguf(source, signal)), path: name, size, modifiedMilliseconds };
}

/** As llama.cpp finds them: by the name of the one. */
function namesOf(path: string, count: unknown): readonly string[] {
  const [, stem = '', total = ''] = partName.exec(basename(path)) ?? [];
  if (Number(total) !== count) {
    const parts = typeof count === 'number' ? count : 'several';
    const problem = `is one of ${parts} parts, and its name does not end in -0000N-of-${String(parts).padStart(5, '0')}.gguf, by which the others are found`;
    throw new ServerError('unsupported-format', path, problem);
  }
  return Array.from({ length: count }, (_, at) =>
    join(dirname(path), `${stem}-${String(at + 1).padStart(5, '0')}-of-${total}.gguf`),
  );
}

function checkTogether(parts: readonly GgufPart[], count: unknown): void {
  const names = new Set<string>();
  for (const [at, { path, values, tensors }] of parts.entries()) {
    const refuse = (problem: string) => new ServerError('invalid-gguf', path, problem);
    if (values.get('split.count') !== count || values.get('split.no') !== at)
      throw refuse(`does not say that it is part ${at + 1} of ${String(count)}`);
    for (const { name } of tensors) {
      if (names.has(name)) throw refuse(`has the tensor ${quote(name)}, which another part has too`);
      names.add(name);
    }
  }
  const [first] = parts;
  const due = first?.values.get('split.tensors.count');
  if (first === undefined || due === undefined || due === names.size) return;
  const problem = `says that all parts together have ${typeof due === 'object' ? 'a list of' : due} tensors; they have ${names.size}`;
  throw new ServerError('invalid-gguf', first.path, problem);
}
