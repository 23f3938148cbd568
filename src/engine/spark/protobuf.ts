// Protocol buffers on the wire, as much of them as Spark Connect's messages need.
// https://protobuf.dev/programming-guides/encoding/

/** A message, or a part of one: messages are joined field after field. */
export type Message = Uint8Array;

/** What a field holds as it lies on the wire: a number, or bytes (a text, a message). */
type WireValue = bigint | Uint8Array;

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** Fields one after the other: a message. */
export const message = (...fields: readonly Message[]): Message => Buffer.concat(fields);

/** A field of text, bytes, or another message. */
export function bytesField(field: number, value: string | Uint8Array): Message {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([tagOf(field, BYTES), varint(bytes.length), bytes]);
}

/** A field of a whole number, a boolean or a value of an enumeration. */
export const numberField = (field: number, value: number): Message =>
  Buffer.concat([tagOf(field, VARINT), varint(value)]);

/** A field of texts by name. */
export const mapField = (field: number, entries: Readonly<Record<string, string>>): Message =>
  message(
    ...Object.entries(entries).map(([key, value]) =>
      bytesField(field, message(bytesField(1, key), bytesField(2, value))),
    ),
  );

const tagOf = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

/** The first value of a field; undefined where a message does not have it. */
function fieldOf(bytes: Message, field: number): WireValue | undefined {
  for (const [number, value] of fieldsOf(bytes)) if (number === field) return value;
  return undefined;
}

/** The first value of a field of bytes. */
export function bytesOf(bytes: Message | undefined, field: number): Uint8Array | undefined {
  const value = bytes && fieldOf(bytes, field);
  return value instanceof Uint8Array ? value : undefined;
}

/** The first value of a field of text. */
export function textOf(bytes: Message | undefined, field: number): string | undefined {
  const value = bytesOf(bytes, field);
  return value && Buffer.from(value).toString();
}

/**
 * Every field of a message with its value, in order.
 * @throws RangeError for bytes that are no message
 */
export function* fieldsOf(bytes: Message): Generator<readonly [field: number, value: WireValue]> {
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = readVarint(bytes, at);
    const wireType = Number(tag & 7n);
    const [value, end] = readValue(bytes, afterTag, wireType);
    yield [Number(tag >> 3n), value];
    at = end;
  }
}

function readValue(bytes: Message, at: number, wireType: number): readonly [WireValue, end: number] {
  if (wireType === VARINT) return readVarint(bytes, at);
  const [length, start] = wireType === BYTES ? readVarint(bytes, at) : [fixedLength(wireType), at];
  const end = start + Number(length);
  if (end > bytes.length) throw new RangeError(`a field ends at byte ${end} of ${bytes.length}`);
  return [bytes.subarray(start, end), end];
}

function fixedLength(wireType: number): number {
  if (wireType === FIXED_64) return 8;
  if (wireType === FIXED_32) return 4;
  throw new RangeError(`wire type ${wireType}`);
}

function readVarint(bytes: Message, at: number): readonly [bigint, end: number] {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return [value, at + index + 1];
  }
  throw new RangeError(`a number has no end at byte ${at} of ${bytes.length}`);
}
