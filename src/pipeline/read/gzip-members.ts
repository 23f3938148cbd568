// Gzip as it is written by many tools: members one after the other (RFC 1952 §2.2), all of them read to the end. Zero
// bytes may fill the file up after the last one; anything else that is not a member is an error with its offset.

import { once } from 'node:events';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { LakeError } from '../../common/errors.js';

/** Bytes of output at a time. */
const PIECE_BYTES = 1 << 20;

const MAGIC = [0x1f, 0x8b] as const;

/** Of a member's header: which optional parts it has (RFC 1952 §2.3.1). */
const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/** Whether bytes begin like gzip. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1];

/**
 * The content of a gzip file, in pieces.
 * @param path names the file in messages
 * @throws LakeError `invalid-input` for data that is damaged, cut short or followed by something else
 */
export async function* gunzipped(
  path: string,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(path, compressed);
  try {
    do yield* member(source);
    while (await atMember(source));
  } finally {
    await source.close();
  }
}

/** Whether another member follows; passes over zero bytes that fill the file up. */
async function atMember(source: ByteSource): Promise<boolean> {
  const first = await source.peek();
  if (first === undefined) return false;
  if (first !== 0) return true;
  for (let byte: number | undefined = first; byte !== undefined; byte = await source.peek()) {
    if (byte !== 0)
      throw broken(source, 'zero bytes, then others, after the end of the data; expected nothing');
    source.skip(source.zeros());
  }
  return false;
}

async function* member(source: ByteSource): AsyncGenerator<Uint8Array> {
  const start = source.offset;
  await readHeader(source);
  let checksum = 0;
  let bytes = 0;
  for await (const piece of inflated(source, start)) {
    checksum = crc32(piece, checksum);
    bytes = (bytes + piece.length) % 2 ** 32;
    yield piece;
  }
  const stated = [await source.word(), await source.word()];
  if (stated[0] !== checksum || stated[1] !== bytes)
    throw broken(source, `a checksum that is not that of the data which began at byte ${start}`);
}

async function readHeader(source: ByteSource): Promise<void> {
  for (const expected of MAGIC) {
    const found = await source.peek();
    if (found !== undefined && found !== expected)
      throw source.offset < MAGIC.length
        ? notGzip(source)
        : broken(source, 'other bytes; expected gzip data, which begins with 1f 8b');
    await source.byte();
  }
  const [method, parts] = [await source.byte(), await source.byte()];
  if (method !== 8) throw broken(source, `the unknown method ${method}`);
  for (let i = 0; i < 6; i++) await source.byte(); // time, level, system
  if (parts & flags.extra) {
    const length = (await source.byte()) | ((await source.byte()) << 8);
    for (let i = 0; i < length; i++) await source.byte();
  }
  for (const text of [flags.name, flags.comment]) if (parts & text) while ((await source.byte()) !== 0);
  if (parts & flags.headerCrc) for (let i = 0; i < 2; i++) await source.byte();
}

/** The data of one member; the source then stands behind it. */
async function* inflated(source: ByteSource, start: number): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  const feeding = feed(inflate, source);
  feeding.catch((error: unknown) => inflate.destroy(error as Error)); // ends the loop below with it
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
    await feeding;
  } catch (error) {
    if (error instanceof LakeError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') throw broken(source, 'its end', error);
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') === true)
      throw broken(source, `damaged data, of what began at byte ${start}`, error);
    throw error;
  } finally {
    inflate.destroy();
  }
}

/** Gives the inflater bytes until it has seen the end of its data, and takes back what it did not use. */
async function feed(inflate: InflateRaw, source: ByteSource): Promise<void> {
  let isOver = false;
  const over = once(inflate, 'end').then(() => (isOver = true));
  over.catch(() => undefined); // an error reaches whoever reads the output
  const start = source.offset;
  for (let piece = await source.piece(); piece !== undefined; piece = await source.piece()) {
    const written = new Promise<void>((resolve) => inflate.write(piece, () => resolve()));
    await Promise.race([written, over]);
    source.skip(start + inflate.bytesWritten - source.offset);
    if (isOver) return;
  }
  inflate.end();
  await over;
}

/** Bytes of a stream by one, by four or by the piece, with the place where they stand. */
class ByteSource {
  offset = 0;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(
    readonly path: string,
    pieces: AsyncIterable<Uint8Array>,
  ) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** What is left of the piece at hand, or else the next one; undefined at the end. */
  async piece(): Promise<Uint8Array | undefined> {
    while (this.#at === this.#piece.length) {
      const next = await this.#pieces.next();
      if (next.done === true) return undefined;
      [this.#piece, this.#at] = [next.value, 0];
    }
    return this.#piece.subarray(this.#at);
  }

  async peek(): Promise<number | undefined> {
    return (await this.piece())?.[0];
  }

  async byte(): Promise<number> {
    const byte = await this.peek();
    if (byte === undefined) throw broken(this, 'its end');
    this.skip(1);
    return byte;
  }

  /** Four bytes, the lowest first. */
  async word(): Promise<number> {
    let word = 0;
    for (let shift = 0; shift < 32; shift += 8) word |= (await this.byte()) << shift;
    return word >>> 0;
  }

  /** Steps over bytes of the piece at hand. */
  skip(bytes: number): void {
    this.#at += bytes;
    this.offset += bytes;
  }

  /** Zero bytes that come next in the piece at hand. */
  zeros(): number {
    const other = this.#piece.subarray(this.#at).findIndex((byte) => byte !== 0);
    return other === -1 ? this.#piece.length - this.#at : other;
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}

function notGzip({ path, offset }: ByteSource): LakeError {
  return new LakeError(
    'invalid-input',
    `${path}: the content is not gzip data, which begins with 1f 8b; expected gzip data, since the name ends in .gz. Compress it with gzip, or take .gz off its name. Nothing was read.`,
    { details: { path, offset } },
  );
}

function broken({ path, offset }: ByteSource, found: string, cause?: unknown): LakeError {
  return new LakeError(
    'invalid-input',
    `${path}, byte ${offset}: the gzip data is damaged or cut short: found ${found}. Fetch the file again, or write it again with gzip.`,
    { details: { path, offset }, cause },
  );
}
