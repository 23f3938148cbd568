// Calls of a gRPC service over HTTP/2: one message there, any number of messages back.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md

import http2 from 'node:http2';
import { messageOf } from '../../common/errors.js';

/** A call that ended otherwise than well. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  /** A status code of gRPC; undefined where no answer came. */
  readonly status: number | undefined;

  constructor(status: number | undefined, text: string, cause?: unknown) {
    super(text, { cause });
    this.status = status;
  }
}

/** gRPC's own codes, as far as they are told apart here. */
export const grpcStatus = {
  cancelled: 1,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Where a server is, and what it is told of the caller. */
interface ChannelOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  readonly token: string | undefined;
}

/** A call's message, and what ends it early. */
interface CallOptions {
  readonly body: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** A connection to a server. */
export class GrpcChannel {
  readonly #session: http2.ClientHttp2Session;
  readonly #token: string | undefined;
  /** Why the connection is no more. */
  #broken: Error | undefined;

  constructor({ origin, token }: ChannelOptions) {
    this.#token = token;
    this.#session = http2.connect(origin);
    this.#session.on('error', (error: Error) => {
      this.#broken = error;
    });
    this.#session.setMaxListeners(0); // every call that is under way listens
  }

  /**
   * The messages of an answer, as they come; leaving the loop early ends the call.
   * @throws GrpcError while it is read
   */
  async *call(path: string, { body, signal }: CallOptions): AsyncGenerator<Uint8Array> {
    const isStopped = (): boolean => signal?.aborted === true;
    if (isStopped()) throw new GrpcError(grpcStatus.cancelled, 'cancelled');
    const stream = this.#request(path, body);
    const ended = endOf(stream);
    const cancel = (): void => stream.close(http2.constants.NGHTTP2_CANCEL);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      yield* messagesOf(stream);
      await ended;
    } catch (error) {
      if (isStopped()) throw new GrpcError(grpcStatus.cancelled, 'cancelled');
      throw error instanceof GrpcError
        ? error
        : new GrpcError(undefined, messageOf(this.#broken ?? error), error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (!stream.closed) cancel();
    }
  }

  #request(path: string, body: Uint8Array): http2.ClientHttp2Stream {
    if (this.#session.destroyed || this.#session.closed)
      throw new GrpcError(undefined, messageOf(this.#broken ?? new Error('the connection was closed')));
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
    });
    const head = new Uint8Array(HEAD_BYTES);
    new DataView(head.buffer).setUint32(1, body.length);
    stream.write(head);
    stream.end(body);
    return stream;
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#session.destroy();
  }
}

/** Before each message: whether it is compressed, and its length. */
const HEAD_BYTES = 5;

/** Resolves when a call has ended well; what it says of an end that is not well is a GrpcError. */
function endOf(stream: http2.ClientHttp2Stream): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    let status: number | undefined;
    let text = '';
    const read = (headers: http2.IncomingHttpHeaders): void => {
      if (headers['grpc-status'] === undefined) return;
      status = Number(headers['grpc-status']);
      text = decodeURIComponent(String(headers['grpc-message'] ?? ''));
    };
    let httpStatus: number | undefined;
    stream.on('response', (headers) => {
      httpStatus = headers[':status'];
      read(headers);
    });
    stream.on('trailers', read);
    stream.on('error', reject);
    stream.on('close', () => {
      if (status === 0) resolve();
      else if (status !== undefined) reject(new GrpcError(status, text));
      else
        reject(
          new GrpcError(
            undefined,
            httpStatus === undefined || httpStatus === 200
              ? 'the connection ended'
              : `HTTP status ${httpStatus}`,
          ),
        );
    });
  });
  ended.catch(() => undefined); // whoever left early does not ask
  return ended;
}

/** The messages in a stream of bytes that is cut anywhere. */
async function* messagesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < neededBytes(pieces, bytes)) continue;
    let rest = Buffer.concat(pieces);
    while (rest.length >= HEAD_BYTES && rest.length >= HEAD_BYTES + rest.readUInt32BE(1)) {
      if (rest[0] !== 0) throw new GrpcError(undefined, 'a compressed message, which was not asked for');
      const end = HEAD_BYTES + rest.readUInt32BE(1);
      yield rest.subarray(HEAD_BYTES, end);
      rest = rest.subarray(end);
    }
    pieces = [rest];
    bytes = rest.length;
  }
}

/** How many bytes the first message has with its head, as far as that is known. */
function neededBytes(pieces: readonly Uint8Array[], bytes: number): number {
  if (bytes < HEAD_BYTES) return HEAD_BYTES;
  const [first] = pieces;
  const head = first !== undefined && first.length >= HEAD_BYTES ? first : Buffer.concat(pieces);
  return HEAD_BYTES + Buffer.from(head.buffer, head.byteOffset, HEAD_BYTES).readUInt32BE(1);
}
