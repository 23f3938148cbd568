// A plain web server over files in memory, and the ways in which such servers go wrong.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How it answers, beside files as they are. */
export interface FileServerOptions {
  /** The bytes of a path; undefined: there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  /** Answers instead, when it answers at all. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Part of a file is given as a part. */
  readonly ranges?: boolean;
}

export interface FileServer {
  readonly url: string;
  /** Methods and paths that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function fileServer({ read, instead, ranges = true }: FileServerOptions): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).slice(1);
      requests.push(`${request.method} ${path}`);
      if (instead?.(request, response) === true) return;
      const bytes = await read(path);
      if (bytes === undefined) return void response.writeHead(404).end('none');
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const isPart = ranges && first !== undefined;
      const part = isPart ? bytes.subarray(Number(first), Number(last) + 1) : bytes;
      if (isPart && Number(first) >= bytes.length) return void response.writeHead(416).end();
      response.writeHead(isPart ? 206 : 200, { 'content-length': part.length });
      response.end(request.method === 'HEAD' ? undefined : part);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
