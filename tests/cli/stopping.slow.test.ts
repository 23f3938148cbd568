// Programs that are asked to stop do, whatever the other side of a pipe or a socket does.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const main = fileURLToPath(new URL('../../dist/program/lake.js', import.meta.url));
const batch = fileURLToPath(new URL('../golden/03-refunds/batch-1', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lake-stopping-'));
const env = { ...process.env, XDG_CONFIG_HOME: folder };
afterAll(() => rmSync(folder, { recursive: true }));

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { cwd: folder, env });
}

/** Resolves with what was printed so far as soon as it matches. */
function printed(child: ChildProcess, stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child[stream]?.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (pattern.test(text)) resolve(text);
    });
    child.on('close', () => reject(new Error(`it ended: ${text}`)));
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('close', resolve));

describe('lake serve', () => {
  beforeAll(() => runCli(['ingest', batch, '--lake', join(folder, 'lake')], { cwd: folder }), 60_000);

  it('says at once where, and stops beside requests that never come whole', async () => {
    const server = start('serve', '--port', '0');
    const line = await printed(server, 'stdout', /Serving .* at http:\S+\n/);
    const port = Number(/:(\d+)\n/.exec(line)?.[1]);
    const sockets = ['', 'GET /v1/config HTTP/1.1\r\nHost:', 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx'].map(
      (text) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        return socket.on('error', () => undefined);
      },
    ); // prettier-ignore
    const odd = connect(port, '127.0.0.1', () => odd.write('GET // HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    const answer = await new Promise<string>((resolve) =>
      odd.on('data', (piece) => resolve(piece.toString())),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    server.kill('SIGTERM');
    expect(await ended(server)).toBe(0);
    for (const socket of [...sockets, odd]) socket.destroy();
  }, 60_000);
});

describe.skipIf(process.platform === 'win32')('an alert under way', () => {
  const ingest = (name: string, ...more: readonly string[]) =>
    start('ingest', batch, '--lake', join(folder, name), '--ingest-date', '2024-06-01', ...more);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is broken off by %s, and the run is published',
    async (signal) => {
      const command = "trap '' TERM; echo at work >&2; while :; do sleep 1000; done";
      const run = ingest(signal, '--alert-command', command);
      run.stdout?.resume();
      const stderr = printed(run, 'stderr', /was not delivered: it was interrupted/);
      await printed(run, 'stderr', /at work/);
      run.kill(signal);
      await stderr;
      expect(await ended(run)).toBe(0);
      const { stdout } = await runCli(['snapshot', 'list', '--json', '--lake', join(folder, signal)]);
      expect(JSON.parse(stdout)).toMatchObject({ head: 1 });
    },
    60_000,
  );

  it('to a URL that never answers is broken off, too', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const asked = new Promise((resolve) => silent.once('request', resolve));
    const run = ingest(
      'silent',
      '--alert-url',
      `http://127.0.0.1:${(silent.address() as AddressInfo).port}/k3y`,
    );
    run.stdout?.resume();
    const warning = printed(run, 'stderr', /was not delivered: .*\n/);
    await asked;
    run.kill('SIGTERM');
    expect(await warning).toContain('it was interrupted');
    expect(await warning).not.toContain('k3y');
    expect(await ended(run)).toBe(0);
    silent.closeAllConnections();
    silent.close();
  }, 60_000);
});
