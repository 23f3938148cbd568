// What stands between a store and its users on a bad day: a proxy that loses requests and answers, sends requests twice,
// lets them wait, and fails.

import { createServer, request as forward, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from './random.js';

/** What may happen to a request. */
const kinds = ['lost before', 'lost after', 'doubled', 'delayed', 'failed', 'failed after'] as const;

/** A proxy that runs. */
export interface FaultyProxy {
  readonly endpoint: string;
  /** How often each fault was met. */
  readonly faults: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Starts one in front of `target`; one request in `every` meets a fault. */
export async function startFaultyProxy(target: string, random: Random, every: number): Promise<FaultyProxy> {
  const faults: Record<string, number> = {};
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const send = (): Promise<Answer> =>
        answerOf(target, request.method ?? 'GET', request.url ?? '/', request.headers, Buffer.concat(chunks));
      const fault = random.chance(1 / every) ? random.pick(kinds) : undefined;
      if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1;
      faulty(fault, send, random)
        .then((answer) => {
          if (answer === undefined) response.destroy();
          else response.writeHead(answer.status, answer.headers).end(answer.body);
        })
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const failure: Answer = {
  status: 503,
  headers: {},
  body: Buffer.from('<Error><Code>SlowDown</Code></Error>'),
};

/** The answer that the user gets; undefined: none. */
async function faulty(
  fault: (typeof kinds)[number] | undefined,
  send: () => Promise<Answer>,
  random: Random,
): Promise<Answer | undefined> {
  switch (fault) {
    case undefined:
      return send();
    case 'lost before':
      return undefined;
    case 'lost after':
      await send();
      return undefined;
    case 'doubled':
      return (await Promise.all([send(), send()]))[1];
    case 'delayed':
      await new Promise((resolve) => setTimeout(resolve, random.below(300)));
      return send();
    case 'failed':
      return failure;
    case 'failed after':
      await send();
      return failure;
  }
}

/** The host of the signature is the proxy's own, so headers go on as they came. */
function answerOf(
  target: string,
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = forward(target + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 500,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
