import { ServerError } from '../../errors.ts';

const again = 'load it with torch 1.6 or newer and save it again, with safetensors or torch.save';

/** Files of `torch.save` before version 1.6, which are a pickle or a tar archive by themselves: `unsupported-format`. */
export function refuseOldFormats(file: string, head: Uint8Array): void {
  if (head[0] === 0x80) {
    throw new ServerError('unsupported-format', file, `is a pickle without an archive around it; ${again}`);
  }
  const tar = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1', 257, 262);
  if (tar === 'ustar') throw new ServerError('unsupported-format', file, `is a tar archive of old; ${again}`);
}
