// A server that speaks as much of Spark Connect as is needed to be wrong: of another version, with settings of its own, out
// of memory, or gone in the middle of an answer.

import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  bytesField,
  bytesOf,
  fieldsOf,
  message,
  textOf,
  type Message,
} from '../../src/engine/spark/protobuf.js';

/** How a statement fails: with a gRPC status and a text, or by a connection that ends. */
export type Failure = { readonly status: number; readonly text: string } | 'gone';

export interface FakeAnswers {
  readonly version: string;
  /** Settings that no session changes. */
  readonly fixed: Readonly<Record<string, string>>;
  /** What becomes of statements. */
  readonly failure: Failure;
}

/** A running server; `stop` ends it. */
export interface FakeSpark {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startFakeSpark(given: Partial<FakeAnswers>): Promise<FakeSpark> {
  const answers: FakeAnswers = { version: '4.0.1', fixed: {}, failure: 'gone', ...given };
  const settings = new Map<string, string>();
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const chunks: Uint8Array[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('end', () => {
      const method = headers[':path']?.split('/').at(-1) ?? '';
      answer(stream, answers, settings, { method, body: Buffer.concat(chunks).subarray(5) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `sc://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Call {
  readonly method: string;
  readonly body: Uint8Array;
}

function answer(
  stream: http2.ServerHttp2Stream,
  { version, fixed, failure }: FakeAnswers,
  settings: Map<string, string>,
  { method, body }: Call,
): void {
  if (method === 'AnalyzePlan') return send(stream, bytesField(8, bytesField(1, version)));
  if (method === 'Config') return send(stream, configured(body, fixed, settings));
  if (method !== 'ExecutePlan') return send(stream, message());
  if (failure === 'gone') return stream.session?.destroy();
  stream.respond({
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': String(failure.status),
    'grpc-message': encodeURIComponent(failure.text),
  });
  stream.end();
}

/** Sets what is to be set, and tells what is asked for. */
function configured(
  body: Uint8Array,
  fixed: Readonly<Record<string, string>>,
  settings: Map<string, string>,
): Message {
  const operation = bytesOf(body, 3);
  for (const [, pair] of fieldsOf(bytesOf(operation, 1) ?? message()))
    if (pair instanceof Uint8Array) settings.set(textOf(pair, 1) ?? '', textOf(pair, 2) ?? '');
  const asked = [...fieldsOf(bytesOf(operation, 2) ?? message())].flatMap(([, name]) =>
    name instanceof Uint8Array ? [Buffer.from(name).toString()] : [],
  );
  return message(
    ...asked.map((name) =>
      bytesField(2, message(bytesField(1, name), bytesField(2, fixed[name] ?? settings.get(name) ?? ''))),
    ),
  );
}

function send(stream: http2.ServerHttp2Stream, answered: Message): void {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(answered.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([head, answered]));
}
