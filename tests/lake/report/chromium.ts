// A real Chromium, driven over its debugging pipe: no package, no port. Where none is installed there is none.

import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of `CHROMIUM`, or of the first on PATH; undefined where none is installed. */
export function findChromium(): string | undefined {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [process.env['CHROMIUM'] ?? '', ...found].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

/** What is asked of a page. */
export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A page that was opened, and what it did meanwhile. */
export interface OpenedPage {
  /** The value of an expression, awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** The whole page as PNG. */
  screenshot(): Promise<Buffer>;
  /** Another width of the window. */
  resize(width: number): Promise<void>;
  /** Errors and warnings of the console, and uncaught exceptions. */
  readonly complaints: readonly string[];
  /** The addresses of everything that was asked for, the page among it. */
  readonly requests: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

type Send = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>;

const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

export class Chromium {
  readonly #profile = mkdtempSync(join(tmpdir(), 'lake-chromium-'));
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Map<string, (message: Message) => void>();
  #lastId = 0;

  constructor(path: string) {
    this.#process = spawn(path, [...FLAGS, `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#listen(this.#process.stdio[4] as Readable);
  }

  /** Opens an address in a window of its own and waits until it is loaded and drawn. */
  async open(url: string, { width, scheme }: Look): Promise<OpenedPage> {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const sessionId = String(attached['sessionId']);
    const send: Send = (method, params) => this.#send(method, params, sessionId);
    const complaints: string[] = [];
    const requests: string[] = [];
    let loaded: () => void;
    const load = new Promise<void>((resolve) => (loaded = resolve));
    this.#listeners.set(sessionId, ({ method, params = {} }) => {
      if (method === 'Page.loadEventFired') loaded();
      if (method === 'Network.requestWillBeSent')
        requests.push((params['request'] as { readonly url: string }).url);
      if (COMPLAINTS.includes(method ?? '') && isComplaint(params)) complaints.push(JSON.stringify(params));
    });
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await send(`${domain}.enable`);
    const media = { features: [{ name: 'prefers-color-scheme', value: scheme }] };
    await send('Emulation.setEmulatedMedia', media);
    await resize(send, width);
    await send('Page.navigate', { url });
    await load;
    await drawn(send);
    return {
      complaints,
      requests,
      evaluate: (expression) => evaluate(send, expression),
      screenshot: () => screenshot(send),
      resize: async (to) => {
        await resize(send, to);
        await drawn(send);
      },
    };
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.#send('Browser.close');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(method: string, params: object = {}, sessionId?: string): ReturnType<Send> {
    const id = ++this.#lastId;
    const answer = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) =>
      this.#waiting.set(id, ({ result = {}, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      ),
    );
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer;
  }

  #listen(pipe: Readable): void {
    let rest = '';
    pipe.setEncoding('utf8').on('data', (piece: string) => {
      const messages = (rest + piece).split('\0');
      rest = messages.pop() ?? '';
      for (const text of messages) this.#receive(JSON.parse(text) as Message);
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) return this.#listeners.get(message.sessionId ?? '')?.(message);
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}

const COMPLAINTS = ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'];

const isComplaint = (params: Readonly<Record<string, unknown>>): boolean =>
  params['type'] === undefined || params['type'] === 'error' || params['type'] === 'warning';

const resize = (send: Send, width: number): Promise<unknown> =>
  send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });

/** Two frames: what was resized is observed in the first and painted in the second. */
const drawn = (send: Send): Promise<unknown> =>
  evaluate(
    send,
    'new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(0))), 50))',
  );

async function evaluate<T>(send: Send, expression: string): Promise<T> {
  const given = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = await send('Runtime.evaluate', given);
  if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
  return (result as { readonly value: T }).value;
}

async function screenshot(send: Send): Promise<Buffer> {
  const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
  return Buffer.from(String(data), 'base64');
}
