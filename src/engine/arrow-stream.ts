// Arrow IPC streams as bytes: joining the messages of one, and looking at what it is about without reading its rows.

import { RecordBatchReader, Type, type DataType } from 'apache-arrow';
import { LakeError } from '../common/errors.js';

/** The end of a stream: a continuation marker and a length of zero. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** The stream of a schema message and its record batch messages. */
export function streamOf(messages: readonly Uint8Array[]): Uint8Array {
  const stream = new Uint8Array(messages.reduce((bytes, { length }) => bytes + length, END.length));
  let offset = 0;
  for (const message of [...messages, END]) {
    stream.set(message, offset);
    offset += message.length;
  }
  return stream;
}

/** A column of a stream. */
interface StreamColumn {
  readonly name: string;
  /** Arrow's name of its type; equal texts are equal types. */
  readonly type: string;
}

/**
 * The columns, in order.
 * @throws LakeError `invalid-input` for bytes that are no stream, or a stream without its end
 */
export function streamFields(ipc: Uint8Array): readonly StreamColumn[] {
  if (!END.every((byte, index) => ipc[ipc.length - END.length + index] === byte)) throw notAStream(ipc);
  try {
    const { fields } = RecordBatchReader.from(ipc).open().schema;
    return fields.map(({ name, type }) => ({ name, type: typeText(type as DataType) }));
  } catch (cause) {
    throw notAStream(ipc, cause);
  }
}

const typeText = (type: DataType): string => `${Type[type.typeId]} ${JSON.stringify(type)}`;

/** Their names. @throws LakeError like `streamFields` */
export const streamColumns = (ipc: Uint8Array): readonly string[] =>
  streamFields(ipc).map(({ name }) => name);

const notAStream = (ipc: Uint8Array, cause?: unknown): LakeError =>
  new LakeError('invalid-input', `Expected a whole Arrow IPC stream, found ${ipc.length} other bytes.`, {
    cause,
  });
