import { PickleBytes, type Refuse } from './pickleBytes.ts';
import { PickleStack } from './pickleStack.ts';
import { isPickleKey, kindOfValue, type PickleValue, type PickleWorld } from './pickleValue.ts';

interface Machine {
  readonly bytes: PickleBytes;
  readonly stack: PickleStack;
  readonly world: PickleWorld;
  readonly refuse: Refuse;
}

/**
 * Follows the commands of a pickle (protocols 2 to 5, PEP 307, 3154, 574; the names are those of Python's
 * `pickletools`) as far as plain values need them. No command runs anything: what is called comes from `world`, and
 * every command that is not in the table is refused with its number.
 */
export function unpickle(pickle: Uint8Array, world: PickleWorld, refuse: Refuse): PickleValue {
  const machine: Machine = {
    bytes: new PickleBytes(pickle, refuse),
    stack: new PickleStack(refuse),
    world,
    refuse,
  };
  for (;;) {
    const at = machine.bytes.position;
    const code = machine.bytes.unsigned8();
    if (code === stop) return machine.stack.pop();
    const command = commands.get(code);
    if (command === undefined)
      throw refuse(`has the command ${hex(code)} at byte ${at}, which no tensor needs`);
    command(machine);
  }
}

const stop = 0x2e;
const newest = 5;

const commands: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  [0x80, protocol], // PROTO
  [0x95, ({ bytes }) => void bytes.unsigned64()], // FRAME
  [0x28, ({ stack }) => stack.mark()], // MARK
  [0x30, ({ stack }) => void stack.pop()], // POP
  [0x4e, ({ stack }) => stack.push(null)], // NONE
  [0x88, ({ stack }) => stack.push(true)], // NEWTRUE
  [0x89, ({ stack }) => stack.push(false)], // NEWFALSE
  [0x4b, ({ stack, bytes }) => stack.push(bytes.unsigned8())], // BININT1
  [0x4d, ({ stack, bytes }) => stack.push(bytes.unsigned16())], // BININT2
  [0x4a, ({ stack, bytes }) => stack.push(bytes.signed32())], // BININT
  [0x8a, ({ stack, bytes }) => stack.push(bytes.long(bytes.unsigned8()))], // LONG1
  [0x47, ({ stack, bytes }) => stack.push(bytes.float64())], // BINFLOAT
  [0x8c, ({ stack, bytes }) => stack.push(bytes.text(bytes.unsigned8()))], // SHORT_BINUNICODE
  [0x58, ({ stack, bytes }) => stack.push(bytes.text(bytes.unsigned32()))], // BINUNICODE
  [0x8d, ({ stack, bytes }) => stack.push(bytes.text(bytes.unsigned64()))], // BINUNICODE8
  [0x7d, ({ stack }) => stack.push({ kind: 'dict', entries: new Map() })], // EMPTY_DICT
  [0x5d, ({ stack }) => stack.push({ kind: 'list', items: [] })], // EMPTY_LIST
  [0x29, ({ stack }) => pushTuple(stack, [])], // EMPTY_TUPLE
  [0x85, ({ stack }) => pushTuple(stack, stack.popMany(1))], // TUPLE1
  [0x86, ({ stack }) => pushTuple(stack, stack.popMany(2))], // TUPLE2
  [0x87, ({ stack }) => pushTuple(stack, stack.popMany(3))], // TUPLE3
  [0x74, ({ stack }) => pushTuple(stack, stack.popToMark())], // TUPLE
  [0x61, (machine) => append(machine, machine.stack.popMany(1))], // APPEND
  [0x65, (machine) => append(machine, machine.stack.popToMark())], // APPENDS
  [0x73, (machine) => setItems(machine, machine.stack.popMany(2))], // SETITEM
  [0x75, (machine) => setItems(machine, machine.stack.popToMark())], // SETITEMS
  [0x71, ({ stack, bytes }) => stack.remember(bytes.unsigned8())], // BINPUT
  [0x72, ({ stack, bytes }) => stack.remember(bytes.unsigned32())], // LONG_BINPUT
  [0x94, ({ stack }) => stack.rememberNext()], // MEMOIZE
  [0x68, ({ stack, bytes }) => stack.recall(bytes.unsigned8())], // BINGET
  [0x6a, ({ stack, bytes }) => stack.recall(bytes.unsigned32())], // LONG_BINGET
  [0x63, ({ stack, bytes, world }) => stack.push(world.find(bytes.line(), bytes.line()))], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x51, ({ stack, world }) => stack.push(world.load(stack.pop()))], // BINPERSID
  [0x52, reduce], // REDUCE
  [0x62, build], // BUILD
]);

function protocol({ bytes, refuse }: Machine): void {
  const version = bytes.unsigned8();
  if (version < 2 || version > newest)
    throw refuse(`is of the pickle protocol ${version}; known are 2 to ${newest}`);
}

function pushTuple(stack: PickleStack, items: PickleValue[]): void {
  stack.push({ kind: 'tuple', items });
}

function append({ stack }: Machine, values: readonly PickleValue[]): void {
  const { items } = stack.topList();
  for (const value of values) items.push(value);
}

function setItems({ stack, refuse }: Machine, values: readonly PickleValue[]): void {
  const { entries } = stack.topDict();
  for (let index = 0; index < values.length; index += 2) {
    const [key, value] = [values[index], values[index + 1]];
    if (key === undefined || value === undefined) throw refuse('gives a key no value');
    if (!isPickleKey(key)) throw refuse(`has ${kindOfValue(key)} as a key`);
    entries.set(key, value);
  }
}

function stackGlobal({ stack, world }: Machine): void {
  const name = stack.popText();
  stack.push(world.find(stack.popText(), name));
}

function reduce({ stack, world }: Machine): void {
  const { items } = stack.popTuple();
  stack.push(world.call(stack.popGlobal(), items));
}

/** An ordered dictionary may have attributes (`_metadata` of `state_dict()`), and so may a tensor: they are left out. */
function build({ stack, refuse }: Machine): void {
  stack.pop();
  const value = stack.top();
  const kind = typeof value === 'object' ? value?.kind : undefined;
  if (kind !== 'dict' && kind !== 'tensor') throw refuse(`gives attributes to ${kindOfValue(value)}`);
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
