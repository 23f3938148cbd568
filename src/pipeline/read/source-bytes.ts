// The bytes of a source file as its format wants them: decompressed, and refused where they plainly are something else.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { LakeError } from '../../common/errors.js';
import { gunzipped, isGzip } from './gzip-members.js';
import { unreadable } from './unreadable.js';

/** A file whose bytes can be read as often as they are needed. */
export interface ByteFile {
  /** As it was given; names the file in messages. */
  readonly path: string;
  /** Where its bytes lie, if not at `path`: the copy of a stream. */
  readonly copy?: string;
  readonly compressed: boolean;
  /** On disk. */
  readonly sizeBytes: number;
  /** Its text is expected in UTF-16. */
  readonly isUtf16?: boolean;
}

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 20;

/**
 * A file's bytes in pieces, decompressed. A file that grows while it is read ends where it ended at the start.
 * @throws LakeError `invalid-input` for an unreadable file, damaged compression, or content of another kind
 */
export async function* readPieces(
  file: ByteFile,
  onBytes?: (read: number) => void,
): AsyncGenerator<Uint8Array> {
  const onDisk = storedPieces(file, onBytes);
  let isFirst = true;
  for await (const piece of file.compressed ? gunzipped(file.path, onDisk) : onDisk) {
    if (isFirst) refuseOtherContent(file, piece);
    isFirst = false;
    yield piece;
  }
}

async function* storedPieces(
  { path, copy = path, sizeBytes }: ByteFile,
  onBytes: ((read: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  if (sizeBytes === 0) return;
  const stream = createReadStream(copy, { highWaterMark: PIECE_BYTES, end: sizeBytes - 1 });
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      onBytes?.(piece.length);
      yield piece;
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    stream.destroy();
  }
}

/** All bytes of a file, decompressed. */
export async function readWhole(file: ByteFile, onBytes?: (read: number) => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readPieces(file, onBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Whether a file that no name tells anything about holds gzip. */
export async function holdsGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return isGzip(buffer);
  } finally {
    await file.close();
  }
}

// ── Content of another kind ─────────────────────────────────────────────────────────────────────────────────────

const GZIP = 'gzip data';

const AS_UTF8 = 'Write it again as UTF-8.';

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'ascii')];

/** Beginnings that no text has, and what has them; the longer of two that begin alike comes first. */
const kinds: readonly { readonly name: string; readonly begins: readonly number[]; readonly next: string }[] =
  [
    { name: GZIP, begins: [0x1f, 0x8b, 0x08], next: 'Let its name end in .gz, or decompress it.' },
    { name: 'zstd data', begins: [0x28, 0xb5, 0x2f, 0xfd], next: 'Decompress it, or give it as .gz.' },
    { name: 'xz data', begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a], next: 'Decompress it, or give it as .gz.' },
    { name: 'bzip2 data', begins: [0x42, 0x5a, 0x68, 0x39], next: 'Decompress it, or give it as .gz.' },
    {
      name: 'a zip archive or a workbook of a spreadsheet',
      begins: [0x50, 0x4b, 0x03, 0x04],
      next: 'Unpack it, or save it as text.',
    },
    { name: 'an old Excel workbook', begins: [0xd0, 0xcf, 0x11, 0xe0], next: 'Save it as text.' },
    { name: 'a Parquet file', begins: ascii('PAR1'), next: 'Write it as text.' },
    { name: 'an Avro file', begins: [...ascii('Obj'), 1], next: 'Write it as text.' },
    { name: 'an ORC file', begins: [...ascii('ORC'), 0x08], next: 'Write it as text.' },
    { name: 'an Arrow file', begins: ascii('ARROW1'), next: 'Write it as text.' },
    { name: 'an SQLite database', begins: ascii('SQLite format 3'), next: 'Export its rows as text.' },
    { name: 'a PDF', begins: ascii('%PDF-'), next: 'Ask for the data as text.' },
    { name: 'UTF-32 (little-endian)', begins: [0xff, 0xfe, 0, 0], next: AS_UTF8 },
    { name: 'UTF-32 (big-endian)', begins: [0, 0, 0xfe, 0xff], next: AS_UTF8 },
    { name: 'UTF-16 (little-endian)', begins: [0xff, 0xfe], next: AS_UTF8 },
    { name: 'UTF-16 (big-endian)', begins: [0xfe, 0xff], next: AS_UTF8 },
  ];

/** A file that is not text as a whole: to refuse each of its lines would tell nobody what is wrong. */
function refuseOtherContent(file: ByteFile, bytes: Uint8Array): void {
  const kind = kinds.find(({ begins }) => begins.every((byte, at) => bytes[at] === byte));
  const isExpected = file.isUtf16 === true && kind?.name.startsWith('UTF-16') === true;
  if (kind !== undefined && !isExpected) {
    const isTwice = file.compressed && kind.name === GZIP;
    throw otherContent(file, kind.name, isTwice ? 'It was compressed twice: decompress it once.' : kind.next);
  }
  const encoding = file.isUtf16 === true ? undefined : unmarkedEncoding(bytes);
  if (encoding !== undefined) throw otherContent(file, encoding, AS_UTF8);
}

function otherContent({ path, compressed }: ByteFile, found: string, next: string): LakeError {
  const content = compressed ? 'what the gzip data holds' : 'the content';
  return new LakeError(
    'invalid-input',
    `${path}: ${content} is ${found}; expected text in UTF-8. ${next} Nothing was read.`,
    { details: { path, found } },
  );
}

/** Bytes that are looked at to judge without a mark, and how many of them are zeros at least. */
const SAMPLE_BYTES = 1024;
const LEAST_ZEROS = 4;
const LEAST_SHARE = 1 / 32;

/** UTF-16 or UTF-32 without a byte order mark: zeros, nearly all of which lie in the same place of its units. */
function unmarkedEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, Math.min(bytes.length, SAMPLE_BYTES) & ~3);
  const zeros = [0, 0, 0, 0] as [number, number, number, number];
  sample.forEach((byte, at) => (zeros[at & 3]! += Number(byte === 0)));
  const [first, second, third, fourth] = zeros;
  const least = Math.max(LEAST_ZEROS, sample.length * LEAST_SHARE);
  const isMore = (more: number, fewer: number): boolean => more >= least && more >= 8 * fewer;
  if (isMore(Math.min(second, third, fourth), first))
    return 'UTF-32 (little-endian, without a byte order mark)';
  if (isMore(Math.min(first, second, third), fourth)) return 'UTF-32 (big-endian, without a byte order mark)';
  if (isMore(second + fourth, first + third)) return 'UTF-16 (little-endian, without a byte order mark)';
  if (isMore(first + third, second + fourth)) return 'UTF-16 (big-endian, without a byte order mark)';
  return undefined;
}
