/** Builds what `torch.save` would never write: zip archives and pickles with one thing wrong. */

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In place of what is true. */
  readonly claims?: {
    readonly size?: number;
    readonly method?: number;
    readonly flags?: number;
    readonly header?: number;
    /** The sizes go into the 64-bit extra field. */
    readonly wide?: readonly bigint[];
  };
}

interface ZipClaims {
  readonly count?: number;
  readonly start?: number;
  readonly length?: number;
  readonly comment?: Uint8Array;
  /** A zip64 end record with these numbers, where the short one says that it is due. */
  readonly wide?: {
    readonly count: bigint;
    readonly length: bigint;
    readonly start: bigint;
    readonly at?: bigint;
  };
}

/** An archive of stored files; checksums are zero, which nobody checks. */
export function zip(files: readonly ZipFile[], claims: ZipClaims = {}): Buffer {
  const chunks: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const add = (chunk: Buffer) => {
    chunks.push(chunk);
    at += chunk.length;
  };
  for (const file of files) {
    directory.push(entry(file, at));
    add(localHeader(file));
    add(Buffer.from(file.bytes));
  }
  const start = at;
  for (const chunk of directory) add(chunk);
  const length = at - start;
  if (claims.wide !== undefined) add(wideEnd(claims.wide, at));
  add(end({ count: files.length, length, start, comment: new Uint8Array(), ...claims }));
  return Buffer.concat(chunks);
}

function localHeader({ name }: ZipFile): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}

function entry({ name, bytes, claims = {} }: ZipFile, at: number): Buffer {
  const { size = bytes.length, method = 0, flags = 0, header = at, wide } = claims;
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(flags, 8);
  fixed.writeUInt16LE(method, 10);
  const extra = wide === undefined ? Buffer.alloc(0) : Buffer.alloc(4 + 8 * wide.length);
  if (wide !== undefined) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8 * wide.length, 2);
    for (const [index, value] of wide.entries()) extra.writeBigUInt64LE(value, 4 + 8 * index);
  }
  fixed.writeUInt32LE(wide === undefined ? size : 0xffffffff, 20);
  fixed.writeUInt32LE(wide === undefined ? size : 0xffffffff, 24);
  fixed.writeUInt16LE(Buffer.byteLength(name), 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(wide === undefined || wide.length < 3 ? header : 0xffffffff, 42);
  return Buffer.concat([fixed, Buffer.from(name), extra]);
}

function wideEnd({ count, length, start, at }: NonNullable<ZipClaims['wide']>, here: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(count, 32);
  record.writeBigUInt64LE(length, 40);
  record.writeBigUInt64LE(start, 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(at ?? BigInt(here), 64);
  return record;
}

function end({ count, length, start, comment, wide }: Required<Omit<ZipClaims, 'wide'>> & ZipClaims): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(wide === undefined ? count : 0xffff, 10);
  record.writeUInt32LE(wide === undefined ? length : 0xffffffff, 12);
  record.writeUInt32LE(wide === undefined ? start : 0xffffffff, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}

/** A pickle from its commands: numbers are bytes, texts are bytes in Latin-1. */
export function pickle(...parts: readonly (number | string)[]): Buffer {
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    ...parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part, 'latin1'))),
    Buffer.from('.'),
  ]);
}

/** A text as BINUNICODE. */
export function unicode(text: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text), 0);
  return `X${length.toString('latin1')}${Buffer.from(text).toString('latin1')}`;
}

/** The commands of a float32 tensor in storage `0`; size, stride and offset are commands too. */
export function tensorCommands({ size = 'K\x02\x85', stride = 'K\x01\x85', offset = 'K\x00' } = {}): string {
  const storage = `(${unicode('storage')}ctorch\nFloatStorage\n${unicode('0')}${unicode('cpu')}K\x02tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${size}${stride}\x89ccollections\nOrderedDict\n)RtR`;
}

/** A dictionary with one entry, `w`. */
export function oneEntry(value: string): Buffer {
  return pickle('}', unicode('w'), value, 's');
}

/** The archive that torch would make of this pickle, with one storage of two float32. */
export function torchArchive(data: Uint8Array, claims: ZipClaims = {}): Buffer {
  const files = [
    { name: 'archive/data.pkl', bytes: data },
    { name: 'archive/byteorder', bytes: Buffer.from('little') },
    { name: 'archive/data/0', bytes: new Uint8Array(new Float32Array([1, 2]).buffer) },
  ];
  return zip(files, claims);
}

/** A pickle with a list of more than so many of what these commands make, which is never on the stack for long. */
export function bomb(commands: string, count: number): Buffer {
  const group = `(${commands.repeat(200_000)}e`;
  return pickle(']', 'q\x00', group.repeat(Math.ceil(count / 200_000) + 1));
}

/** An archive of so many files without bytes. */
export function crowdedZip(count: number): Buffer {
  const files = Array.from({ length: count }, (_, at) => ({
    name: at.toString(36),
    bytes: new Uint8Array(0),
  }));
  const sum = (fixed: number) => BigInt(files.reduce((total, { name }) => total + fixed + name.length, 0));
  return zip(files, { wide: { count: BigInt(count), start: sum(30), length: sum(46) } });
}
