// Arrow IPC streams as bytes: joining the messages of one, and looking at what it is about without reading its rows.

import { RecordBatchReader } from 'apache-arrow';
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

/**
 * The names of the columns, in order.
 * @throws LakeError `invalid-input` for bytes that are no stream, or a stream without its end
 */
export function streamColumns(ipc: Uint8Array): readonly string[] {
  if (!END.every((byte, index) => ipc[ipc.length - END.length + index] === byte)) throw notAStream(ipc);
  try {
    return RecordBatchReader.from(ipc).open().schema.names.map(String);
  } catch (cause) {
    throw notAStream(ipc, cause);
  }
}

const notAStream = (ipc: Uint8Array, cause?: unknown): LakeError =>
  new LakeError('invalid-input', `Expected a whole Arrow IPC stream, found ${ipc.length} other bytes.`, {
    cause,
  });
