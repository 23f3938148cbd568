// Standard output as a place to write to at the reader's pace.

import type { Writable } from 'node:stream';
import type { Screen } from './screen.js';

/** The reader of the output has gone (`lake show … | head`): there is nobody to tell, and nothing is wrong. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

const CHUNK_LENGTH = 1 << 16;

/** Collects text into chunks and waits whenever the stream asks for it. All of it is made fit for the screen here. */
export class TextOutput {
  readonly #stream: Writable;
  readonly #screen: Pick<Screen, 'line' | 'data'>;
  #pending = '';
  #hasWritten = false;
  #failure: Error | undefined;

  constructor(stream: Writable, screen: Pick<Screen, 'line' | 'data'>) {
    this.#stream = stream;
    this.#screen = screen;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= error.code === 'EPIPE' ? new ReaderGone() : error;
    });
  }

  /** Whether anything was printed: an error then cannot take its place. */
  get hasWritten(): boolean {
    return this.#hasWritten || this.#pending !== '';
  }

  /**
   * Data: whole lines of it, for programs.
   * @throws ReaderGone when the pipe is closed, or what the stream says
   */
  async write(text: string): Promise<void> {
    await this.#add(this.#screen.data(text));
  }

  /** Lines for people. Throws as `write` does. */
  async lines(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.#add(`${this.#screen.line(line)}\n`);
  }

  async #add(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= CHUNK_LENGTH) await this.flush();
  }

  /** Resolves when the stream has taken everything. */
  async flush(): Promise<void> {
    const chunk = this.#pending;
    this.#pending = '';
    if (this.#failure !== undefined) throw this.#failure;
    if (chunk === '') return;
    this.#hasWritten = true;
    await new Promise<void>((resolve) => this.#stream.write(chunk, () => resolve()));
    await this.#errorEvent();
  }

  /** The error event comes after the callback of the write that failed. */
  async #errorEvent(): Promise<void> {
    if (this.#stream.errored !== null) await new Promise(setImmediate);
    if (this.#failure !== undefined) throw this.#failure;
  }
}
