// Standard output as a place to write to at the reader's pace.

import type { Writable } from 'node:stream';

/** The reader of the output has gone (`lake show … | head`): there is nobody to tell, and nothing is wrong. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

const CHUNK_LENGTH = 1 << 16;

/** Collects text into chunks and waits whenever the stream asks for it. */
export class TextOutput {
  readonly #stream: Writable;
  #pending = '';
  #hasWritten = false;
  #failure: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= error.code === 'EPIPE' ? new ReaderGone() : error;
    });
  }

  /** Whether anything was printed: an error then cannot take its place. */
  get hasWritten(): boolean {
    return this.#hasWritten || this.#pending !== '';
  }

  /** @throws ReaderGone when the pipe is closed, or what the stream says */
  async write(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= CHUNK_LENGTH) await this.flush();
  }

  async lines(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.write(`${line}\n`);
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
