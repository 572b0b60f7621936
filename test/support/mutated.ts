/** What gets into files when people, scripts and disks go wrong. */
const fragments = [
  ' ',
  '\n',
  '\t',
  String.raw`" { } [ ] , : -1 0 1e999 0.5 null true \u0000 \ud800 __proto__ * &a !! % - ( (? + @ .. / 🧭 NaN .inf ~ | >`.split(
    ' ',
  ),
  '18446744073709551616',
].flat();

const words = 'x q_proj ../.. / base base+ @ ( .* (a+)+$ all NaN -5 3-1 5TB constructor __proto__'.split(' ');

const groups: readonly (readonly unknown[])[] = [
  [null, true, false],
  [0, -1, 1, 2.5, 1e308, 2 ** 53],
  words,
  ['', '\0', '\ud800', 'x'.repeat(5000)],
  [[], [[]], [null], [0], ['x']],
  [{}, { a: 1 }, { toString: 1 }, { constructor: { name: 2 } }],
];
const values = groups.flat();

const keys = ['toString', 'constructor', '__proto__', 'hasOwnProperty', '', 'x', 'path', 'strength'];

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Bytes with up to three places overwritten, cut out, repeated, or with something put between. */
export function mutatedBytes(random: Random, original: Uint8Array): Buffer {
  let bytes = Buffer.from(original);
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * (bytes.length + 1));
    const length = Math.floor(random() * 10);
    const other = pick(random, [
      Buffer.from([Math.floor(random() * 256)]),
      Buffer.from(pick(random, fragments)),
      bytes.subarray(at, at + 3 * length),
      Buffer.alloc(0),
    ]);
    bytes = Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + pick(random, [0, 1, length]))]);
  }
  return bytes;
}

/** JSON with one value, anywhere in it, replaced, added or removed; now and then several. */
export function mutatedJson(random: Random, original: unknown): unknown {
  const copy: unknown = structuredClone(original);
  const containers = containersIn(copy);
  if (containers.length === 0 || random() < 0.02) return pick(random, values);
  const container = pick(random, containers);
  const key = pick(random, Object.keys(container)) ?? '0';
  const dice = random();
  if (dice < 0.7) Reflect.set(container, key, pick(random, values));
  else if (dice < 0.85) Reflect.set(container, pick(random, keys), pick(random, values));
  else Reflect.deleteProperty(container, key);
  return random() < 0.3 ? mutatedJson(random, copy) : copy;
}

/** All objects and lists in a value, itself first. */
function containersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersIn)];
}
