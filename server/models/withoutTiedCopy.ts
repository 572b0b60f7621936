import type { Archive } from '../tensors/archive.ts';
import type { JsonObject } from './jsonFile.ts';
import { isHead, tiedRolesOf, tiesEmbeddings } from './tiedRoles.ts';

/**
 * The archive without a head that is nothing but another name for the input embeddings, where the configuration ties
 * the two: `torch.save` writes both names, and the bytes once.
 */
export function withoutTiedCopy(archive: Archive, config: JsonObject | undefined): Archive {
  const { files, tensors } = archive;
  const head = [...tensors.values()].find(({ name }) => isHead(name));
  const roles = tiesEmbeddings(config) ? tiedRolesOf({ tensors, tied: true }) : undefined;
  const embedding = tensors.get(roles?.embedding ?? '');
  if (head === undefined || embedding === undefined) return archive;
  if (head.file !== embedding.file || head.offset !== embedding.offset) return archive;
  if (head.shape.join() !== embedding.shape.join() || head.dtype !== embedding.dtype) return archive;
  const remains = (name: string) => name !== head.name;
  return {
    files: files.map((file) => ({ ...file, tensors: file.tensors.filter(remains) })),
    tensors: new Map([...tensors].filter(([name]) => remains(name))),
  };
}
