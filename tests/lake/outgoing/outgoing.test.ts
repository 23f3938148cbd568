// What leaves the machine or starts a program: commands that end, posts that go to one host, addresses without secrets.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/lake/outgoing/address.js';
import { postJson, within } from '../../../src/lake/outgoing/post.js';
import { runCommand } from '../../../src/lake/outgoing/run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-outgoing-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('a command', () => {
  const hour = 3_600_000;

  it('gets the document on its input', async () => {
    const out = join(folder, 'document');
    await runCommand(`cat > '${out}'`, '{"a":1}', { timeoutMs: hour, graceMs: hour });
    expect(readFileSync(out, 'utf8')).toBe('{"a":1}\n');
  });

  it.each([
    ['exit 3', 'exit code 3'],
    ['kill -9 $$', 'ended by SIGKILL'],
  ])('%s is told as %s', async (command, reason) => {
    await expect(runCommand(command, '', { timeoutMs: hour, graceMs: hour })).rejects.toThrow(reason);
  });

  it.each([
    ['ignores SIGTERM', (pids: string) => `trap '' TERM; echo $$ > '${pids}'; while :; do sleep 1000; done`],
    [
      'leaves a child that ignores it',
      (pids: string) => `(trap '' TERM; exec sleep 1000) & echo $! > '${pids}'; wait`,
    ],
  ])('that %s is ended with all it started', async (_, command) => {
    const pids = join(folder, 'pids');
    rmSync(pids, { force: true });
    const stop = new AbortController();
    const limits = { timeoutMs: hour, graceMs: 50, signal: stop.signal };
    const run = runCommand(command(pids), '', limits);
    void run.catch(() => undefined);
    while (!existsSync(pids) || readFileSync(pids, 'utf8').trim() === '') await setTimeout(5);
    stop.abort();
    await expect(run).rejects.toThrow('it was interrupted');
    const pid = Number(readFileSync(pids, 'utf8'));
    while (isAlive(pid)) await setTimeout(5);
  });

  it('is ended after its time', async () => {
    const command = "trap '' TERM; while :; do sleep 1000; done";
    await expect(runCommand(command, '', { timeoutMs: 100, graceMs: 50 })).rejects.toThrow(
      'it took longer than 0.1 s and was ended',
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a post', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A server, and what it was asked. */
  async function host(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<{ readonly origin: string; readonly asked: { url: string; body: string; login: string }[] }> {
    const asked: { url: string; body: string; login: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { url = '', headers } = request;
        asked.push({ url, body, login: headers.authorization ?? '' });
        answer(request, response);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { origin: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  const redirect = (status: number, location: string) => (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { location }).end();
  const never = new AbortController().signal;

  it('says who it is as the address says', async () => {
    const { origin, asked } = await host((_, response) => response.end());
    await postJson(`http://me:p%40ss%C3%BC@${origin}/hook`, '{}', never);
    const login = Buffer.from('me:p@ssü').toString('base64');
    expect(asked).toEqual([{ url: '/hook', body: '{}', login: `Basic ${login}` }]);
  });

  it.each([301, 302, 307, 308])('does not follow a redirect (%i) to another host', async (status) => {
    const other = await host((_, response) => response.end());
    const first = await host(redirect(status, `http://${other.origin}/taken?key=s3cret`));
    const posted = postJson(`http://${first.origin}/`, '{"a":1}', never);
    await expect(posted).rejects.toThrow(`a redirect to http://${other.origin}/…`);
    await expect(posted).rejects.not.toThrow('s3cret');
    expect(other.asked).toEqual([]);
  });

  it('follows one on the same host with the same document and login', async () => {
    const moved = await host((request, response) =>
      request.url === '/new' ? void response.end() : redirect(308, '/new')(request, response),
    );
    await postJson(`http://me:pw@${moved.origin}/old`, '{"a":1}', never);
    expect(moved.asked.map(({ url, body, login }) => [url, body, login !== ''])).toEqual([
      ['/old', '{"a":1}', true],
      ['/new', '{"a":1}', true],
    ]);
  });

  it('says so when no answer came in time', async () => {
    const silent = await host(() => undefined);
    const posted = postJson(`http://${silent.origin}/`, '{}', within(50, never));
    await expect(posted).rejects.toThrow('no answer within 0.05 s');
    servers.forEach((server) => server.closeAllConnections());
  });

  it('ends on a host that sends it in circles', async () => {
    const circle = await host(redirect(307, '/'));
    await expect(postJson(`http://${circle.origin}/`, '{}', never)).rejects.toThrow('more than 5 redirects');
  });
});

it.each([
  ['https://hooks.example.com/services/T0/B0/k3y', 'https://hooks.example.com/…'],
  ['http://user:pw@host:5000/?key=1', 'http://host:5000/…'],
  ['http://user:pw@host', 'http://host/'],
  ['http://host/#k3y', 'http://host/…'],
  ['user:pw@host', '…'],
])('%s is printed as %s', (address, shown) => {
  expect(withoutSecrets(address)).toBe(shown);
});
