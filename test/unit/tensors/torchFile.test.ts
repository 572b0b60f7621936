import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openFile } from '../../../server/bytes/fileSource.ts';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { ServerError } from '../../../server/errors.ts';
import { readTorchFile } from '../../../server/tensors/torch/torchFile.ts';
import { readArchive } from '../../support/readTensors.ts';
import {
  bomb,
  oneEntry,
  pickle,
  tensorCommands,
  torchArchive,
  unicode,
  zip,
} from '../../support/torchZip.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/pickles/${name}`, import.meta.url));
const read = (bytes: Uint8Array) => readTorchFile(memorySource('/bad.bin', bytes));

/** Views whose elements do not lie row by row: listed, and not computed with. */
const strided = ['turned', 'every other'];

describe.each([2, 3, 4, 5])('a file that torch wrote with pickle protocol %d', (protocol) => {
  const path = fixture(`protocol${protocol}.bin`);
  const expected = readArchive(fixture('expected.safetensors')).tensors;

  test('has the tensors, dtypes and shapes of the same file as safetensors', async () => {
    await using source = await openFile(path);
    const { tensors } = await readTorchFile(source);
    const found = tensors.map(({ name, dtype, shape }) => [name, { dtype, shape }] as const);
    const wanted = [...expected].map(([name, { dtype, shape }]) => [name, { dtype, shape }] as const);
    expect(new Map(found)).toEqual(new Map(wanted));
  });

  test('has the same bytes where they lie row by row, and says where they do not', async () => {
    await using source = await openFile(path);
    const { tensors } = await readTorchFile(source);
    expect(
      tensors
        .filter(({ layout }) => layout !== undefined)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(strided.toSorted());
    for (const { name, offset, bytes, layout } of tensors) {
      if (layout !== undefined) continue;
      expect([name, Buffer.from(await source.read(offset, bytes))]).toEqual([
        name,
        Buffer.from(expected.get(name)?.bytes ?? []),
      ]);
    }
  });
});

describe('what torch.save was given', () => {
  test.each([
    ['nested.pt', ['b', 'w']],
    ['training.pt', ['b', 'w']],
    ['module.pth', ['bias', 'weight']],
  ])('%s: one dictionary of tensors is found wherever it is', async (name, names) => {
    const { tensors } = await read(readFileSync(fixture(name)));
    expect(tensors.map((tensor) => tensor.name).toSorted()).toEqual(names);
  });

  test.each([
    ['ambiguous.pt', 'invalid-pickle', /2 dictionaries of tensors \("model", "ema"\)/],
    ['whole-module.pth', 'unsafe-pickle', /asks for "torch.nn.modules.linear.Linear".*not run/],
    ['legacy.bin', 'unsupported-format', /1\.6.*safetensors/],
    ['script.pt', 'unsupported-format', /TorchScript/],
  ])('%s is refused', async (name, code, message) => {
    const reading = read(readFileSync(fixture(name)));
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

const system = `cos\nsystem\n(${unicode('touch /tmp/never')}tR`;
const w = tensorCommands();

describe('a pickle that wants something run', () => {
  test.each([
    ['os.system', oneEntry(system), /"os\.system"/],
    ['posix.system', oneEntry(`cposix\nsystem\n(${unicode('id')}tR`), /"posix\.system"/],
    ['builtins.eval', oneEntry(`cbuiltins\neval\n(${unicode('1')}tR`), /"builtins\.eval"/],
    [
      'builtins.exec by STACK_GLOBAL',
      oneEntry(`${unicode('builtins')}${unicode('exec')}\x93`),
      /"builtins\.exec"/,
    ],
    ['getattr, to get at more', oneEntry('cbuiltins\ngetattr\n'), /"builtins\.getattr"/],
    ['__import__', oneEntry('cbuiltins\n__import__\n'), /__import__/],
    ['a nested reduce', oneEntry(`ctorch._utils\n_rebuild_parameter\n(${system}tR`), /"os\.system"/],
    ['a call as a key', pickle('}', system, w, 's'), /"os\.system"/],
    ['a call as the persistent id', oneEntry(`${system}Q`), /"os\.system"/],
    ['a call in the attributes', oneEntry(`${w}${system}b`), /"os\.system"/],
    ['a name with a dot in it', oneEntry('ctorch\n_utils.os.system\n'), /torch\._utils\.os\.system/],
    ['torch.load', oneEntry('ctorch\nload\n'), /"torch\.load"/],
    ['torch.hub.load', oneEntry('ctorch.hub\nload\n'), /"torch\.hub\.load"/],
    ['numpy, as old checkpoints do', oneEntry('cnumpy.core.multiarray\n_reconstruct\n'), /_reconstruct/],
    ['calling a dtype', oneEntry('ctorch\nfloat32\n)R'), /calls "torch\.float32"/],
    ['calling a storage class', oneEntry('ctorch\nFloatStorage\n)R'), /calls "torch\.FloatStorage"/],
    ['behind the tensors', pickle('}', unicode('w'), w, 's', system), /"os\.system"/],
  ])('%s: refused by name', async (_, bytes, message) => {
    const reading = read(torchArchive(bytes));
    await expect(reading).rejects.toMatchObject({
      code: 'unsafe-pickle',
      subject: '/bad.bin',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['INST', oneEntry('(ios\nsystem\n'), 0x69],
    ['OBJ', oneEntry('(cos\nsystem\no'), 0x63],
    ['NEWOBJ', oneEntry('ccollections\nOrderedDict\n)\x81'), 0x81],
    ['NEWOBJ_EX', oneEntry('ccollections\nOrderedDict\n)}\x92'), 0x92],
    ['EXT1', oneEntry('\x82\x01'), 0x82],
    ['PERSID', oneEntry('P0\n'), 0x50],
    ['LONG4', oneEntry('\x8b\xff\xff\xff\x7f'), 0x8b],
    ['BYTEARRAY8', oneEntry('\x96\xff\xff\xff\xff\xff\xff\xff\xff'), 0x96],
    ['BINBYTES', oneEntry('B\xff\xff\xff\xff'), 0x42],
    ['NEXT_BUFFER', oneEntry('\x97'), 0x97],
    ['FROZENSET', oneEntry('(\x91'), 0x91],
    ['DUP', oneEntry(`${w}2`), 0x32],
    ['POP_MARK', oneEntry('(1'), 0x31],
    ['INT', oneEntry('I1\n'), 0x49],
    ['no command', oneEntry('\xff'), 0xff],
  ])('the command %s is refused with its number', async (name, bytes, code) => {
    const shown = name === 'OBJ' ? 'os.system' : `0x${code.toString(16)}`;
    await expect(read(torchArchive(bytes))).rejects.toThrow(shown);
  });
});

/** A list of ten of the list before it, many times over: few bytes that would be 10³⁰ values. */
const laughs = `(K\x00K\x00tq\x000${Array.from({ length: 30 }, (_, n) => {
  const before = `h${String.fromCharCode(n)}`;
  return `(${before.repeat(10)}tq${String.fromCharCode(n + 1)}0`;
}).join('')}h\x1e`;

describe('a pickle that is not well', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /ends too early/],
    ['protocol 0', pickle('\x80\x00'), /protocol 0/],
    ['protocol 6', pickle('\x80\x06'), /protocol 6/],
    ['no stop', pickle('}').subarray(0, 3), /ends too early/],
    ['a stop alone', pickle(), /empty stack/],
    ['a text beyond the end', pickle('X\xff\x00\x00\x00a'), /ends too early/],
    ['a text of 4 GB', pickle('X\xff\xff\xff\xffa'), /4294967295 bytes/],
    ['a text of 2⁶³ bytes', pickle('\x8d\x00\x00\x00\x00\x00\x00\x00\x80a'), /9223372036854775808 bytes/],
    ['a text that is not UTF-8', pickle('X\x01\x00\x00\x00\xff'), /UTF-8/],
    ['a name without an end', pickle('ctorch'), /middle of a name/],
    ['a whole number of 255 bytes', pickle(`\x8a\xff${'\x01'.repeat(255)}`), /255 bytes/],
    ['a value from below a mark', pickle('}(0'), /empty stack/],
    ['the end of no group', pickle('t'), /not begun/],
    ['a memory that is not there', pickle('h\x05'), /recalls value 5/],
    ['nesting without end', pickle('('.repeat(2000)), /1000 levels/],
    ['a stack without end', pickle('N'.repeat(2 ** 18 + 1)), /stack of more than/],
    ['dictionaries without end', bomb('}', 2 ** 18), /more than 262144 dictionaries/],
    ['tuples without end', bomb(')', 2 ** 20), /more than 1048576 tuples/],
    ['texts without end', bomb('\x8c\x02ab', 2 ** 20), /more than 1048576 texts/],
    ['one thing again and again', bomb('h\x00', 2 ** 22), /more than 4194304 values/],
    ['a memo bomb', pickle('N', '\x94'.repeat(2 ** 21 + 1)), /remembers more than/],
    ['a list where a dictionary is due', pickle(']K\x01K\x02s'), /a list where a dict is due/],
    ['a dictionary where a list is due', pickle('}K\x01a'), /a dict where a list is due/],
    ['a key without a value', pickle('}(K\x01u'), /no value/],
    ['a list as a key', pickle('}]K\x01s'), /a list as a key/],
    ['attributes of a number', pickle('K\x01}b'), /attributes/],
    ['a call of a text', pickle(unicode('x'), ')R'), /a text where a global is due/],
    ['a call with a number', pickle('ccollections\nOrderedDict\nK\x01R'), /a number where a tuple is due/],
    ['a persistent id that is none', oneEntry('NQ'), /no storage/],
    [
      'a storage of an unknown type',
      oneEntry(`(${unicode('storage')}ctorch\nSize\n${unicode('0')}tQ`),
      /torch\.Size/,
    ],
    ['no dictionary', pickle('N'), /None where a dictionary/],
    ['a dictionary without tensors', pickle('}'), /no dictionary of tensors/],
    ['a dictionary in itself', pickle('}q\x00', unicode('a'), 'h\x00s'), /no dictionary of tensors/],
    ['lists of lists of lists', oneEntry(laughs), /no dictionary of tensors/],
    ['a negative size', oneEntry(tensorCommands({ size: 'J\xff\xff\xff\xff\x85' })), /-1 where a size/],
    [
      'a size of 2⁶³',
      oneEntry(tensorCommands({ size: '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85' })),
      /where a size/,
    ],
    ['a size that is text', oneEntry(tensorCommands({ size: `${unicode('2')}\x85` })), /a text where a size/],
    ['sizes that are a list', oneEntry(tensorCommands({ size: ']' })), /a list where the sizes/],
    [
      'more sizes than strides',
      oneEntry(tensorCommands({ size: 'K\x01K\x02\x86' })),
      /2 dimensions and 1 strides/,
    ],
    ['65 dimensions', oneEntry(tensorCommands({ size: `(${'K\x01'.repeat(65)}t` })), /where the sizes/],
    [
      'a tensor beyond its storage',
      oneEntry(tensorCommands({ size: 'K\x03\x85' })),
      /byte 12 of a storage of 8/,
    ],
    ['an offset beyond it', oneEntry(tensorCommands({ offset: 'K\x01' })), /byte 12 of a storage of 8/],
    ['strides beyond it', oneEntry(tensorCommands({ stride: 'K\x63\x85' })), /of a storage of 8/],
    [
      'an empty tensor beyond it',
      oneEntry(tensorCommands({ size: 'K\x00\x85', offset: 'K\x63' })),
      /storage of 8/,
    ],
  ])('%s: refused in words', async (_, bytes, message) => {
    const reading = read(torchArchive(bytes));
    await expect(reading).rejects.toMatchObject({
      code: 'invalid-pickle',
      message: expect.stringMatching(message),
    });
  });
});

const good = oneEntry(w);
const files = (name: string, bytes: Uint8Array = good) => [
  { name: 'archive/data.pkl', bytes: good },
  { name, bytes },
];
const none = new Uint8Array();

describe('an archive that is not well', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', none, /no zip directory/],
    ['other bytes', Buffer.from('x'.repeat(100)), /no zip directory/],
    ['one that is cut off', torchArchive(good).subarray(0, -30), /no zip directory/],
    ['no data.pkl', zip([{ name: 'a', bytes: none }]), /0 files data\.pkl/],
    ['two of them', zip(files('other/data.pkl')), /2 files data\.pkl/],
    ['a name twice', zip(files('archive/data.pkl')), /twice/],
    ['a name that climbs out', zip(files('../../etc/passwd')), /leads out/],
    ['an absolute name', zip(files('/etc/passwd')), /leads out/],
    ['a name of Windows', zip(files(String.raw`archive\data\0`)), /leads out/],
    ['a name with a zero', zip(files('archive/\0')), /leads out/],
    ['no storage', zip([{ name: 'archive/data.pkl', bytes: good }]), /lacks the storage "0"/],
    [
      'a zip bomb',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { method: 8 } }]),
      /compressed \(method 8\)/,
    ],
    [
      'an encrypted file',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { flags: 1 } }]),
      /encrypted/,
    ],
    [
      'a file larger than all',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { size: 2 ** 31 } }]),
      /2147483648 bytes/,
    ],
    [
      'a file that begins nowhere',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { header: 2 ** 31 } }]),
      /data end at/,
    ],
    [
      'a file without a header',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { header: 5 } }]),
      /none such/,
    ],
    [
      'a size of 2⁶³ in 64 bits',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { wide: [2n ** 63n, 2n ** 63n] } }]),
      /9223372036854775808 bytes/,
    ],
    [
      'sizes in 64 bits that are not there',
      zip([{ name: 'archive/data.pkl', bytes: good, claims: { wide: [] } }]),
      /unknown bytes/,
    ],
    ['more entries than there are', torchArchive(good, { count: 9 }), /no zip entry/],
    ['fewer entries than there are', torchArchive(good, { count: 1 }), /of which/],
    ['a directory beyond the end', torchArchive(good, { start: 2 ** 30 }), /directory has/],
    ['a directory of 4 GB', torchArchive(good, { length: 2 ** 32 - 2 }), /directory has/],
    [
      'a zip64 record of 2⁶³ entries',
      torchArchive(good, { wide: { count: 2n ** 63n, length: 1n, start: 0n } }),
      /no zip entry/,
    ],
    [
      'a zip64 directory of 2⁶³ bytes',
      torchArchive(good, { wide: { count: 1n, length: 2n ** 63n, start: 0n } }),
      /directory has/,
    ],
    [
      'a zip64 record that is elsewhere',
      torchArchive(good, { wide: { count: 1n, length: 1n, start: 0n, at: 2n ** 62n } }),
      /beyond its end/,
    ],
    [
      'a zip64 record that is none',
      torchArchive(good, { wide: { count: 1n, length: 1n, start: 0n, at: 3n } }),
      /no zip64 directory at 3/,
    ],
    [
      'two storages in the same bytes',
      zip([
        { name: 'archive/data/0', bytes: new Uint8Array(8) },
        { name: 'archive/data/1', bytes: none, claims: { size: 8, header: 0 } },
        {
          name: 'archive/data.pkl',
          bytes: pickle(
            '}(',
            unicode('a'),
            w,
            unicode('b'),
            w.replace('X\x01\x00\x00\x000', 'X\x01\x00\x00\x001'),
            'u',
          ),
        },
      ]),
      /same bytes/,
    ],
  ])('%s: refused in words', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'invalid-pickle',
      message: expect.stringMatching(message),
    });
  });

  test('a big-endian one is refused by that name', async () => {
    const bytes = zip([
      ...files('archive/data/0', new Uint8Array(8)),
      { name: 'archive/byteorder', bytes: Buffer.from('big') },
    ]);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'unsupported-format' });
  });
});

describe('what is odd and right', () => {
  test('zip64 fields, a comment, and names without a folder', async () => {
    const data = { name: 'data/0', bytes: new Uint8Array(8) };
    const comment = Buffer.from('PK\x05\x06 is in this comment');
    const whole = zip(
      [
        { name: 'data.pkl', bytes: good },
        { ...data, claims: { wide: [8n, 8n] } },
      ],
      { comment },
    );
    expect((await read(whole)).tensors).toMatchObject([{ name: 'w', dtype: 'F32', shape: [2], bytes: 8 }]);
  });

  test('a zip64 end record', async () => {
    const short = torchArchive(good);
    const [count, length, start] = [
      3n,
      short.readUInt32LE(short.length - 10),
      short.readUInt32LE(short.length - 6),
    ];
    const bytes = torchArchive(good, { wide: { count, length: BigInt(length), start: BigInt(start) } });
    expect((await read(bytes)).tensors).toMatchObject([{ name: 'w' }]);
  });
});

test('a damaged file is refused or read, whatever the damage', async () => {
  const originals = ['protocol2.bin', 'protocol4.bin', 'nested.pt'].map((name) =>
    readFileSync(fixture(name)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (original, changes, kept) => {
        const bytes = Uint8Array.from(
          original.subarray(0, kept > 0.3 ? original.length : Math.ceil(original.length * kept * 3)),
        );
        for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
        await refusedOrRead(bytes);
      },
    ),
    { numRuns: 2000 },
  );
});

test('any commands at all are refused or read', async () => {
  const commands = fc.constantFrom(
    ...Array.from('}])(tuseaRQbq\x00h\x00K\x01N\x88\x85\x86\x87\x94\x93'),
    w,
    unicode('storage'),
    'ctorch\nFloatStorage\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(commands, { maxLength: 40 }), async (parts) => {
      await refusedOrRead(torchArchive(pickle(...parts)));
    }),
    { numRuns: 2000 },
  );
});

async function refusedOrRead(bytes: Uint8Array): Promise<void> {
  await read(bytes).catch((error: unknown) => {
    if (!(error instanceof ServerError)) throw error;
  });
}
