// Stopping an HTTP server that may have clients which never finish: answers under way are given, and nobody else is waited for.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Follows the connections of a server from now on.
 * @returns stops it: takes no more requests, ends connections at which no answer is being made (idle ones, and those of a
 * request that never came whole), and the others when they are answered, or after `graceMs`
 */
export function stopperOf(server: Server, graceMs: number): () => Promise<void> {
  const answersAt = new Map<Socket, number>();
  let isStopping = false;
  server.on('connection', (socket: Socket) => {
    answersAt.set(socket, 0);
    socket.once('close', () => answersAt.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answersAt.set(socket, (answersAt.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (answersAt.get(socket) ?? 1) - 1;
      if (answersAt.has(socket)) answersAt.set(socket, left);
      if (isStopping && left === 0) socket.destroySoon();
    });
  });
  return () =>
    new Promise((resolve) => {
      isStopping = true;
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      for (const [socket, answers] of answersAt) if (answers === 0) socket.destroy();
    });
}
