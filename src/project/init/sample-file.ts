// What is looked at of a file to tell what it is: the whole of a small one, pieces spread over a large one; of a large
// document of JSON its beginning, since no piece of its middle can be read.

import { open, type FileHandle } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LakeError } from '../../common/errors.js';
import { objectOf } from './observe-json.js';
import { sniffText } from './sniff-text.js';

/** The bytes that were looked at, in whole lines but for the ends of the file. */
export interface FileSample {
  readonly path: string;
  /** Of the file as it lies on the disk. */
  readonly sizeBytes: number;
  /** The beginning of the file, and of a large file pieces of its middle and end. */
  readonly pieces: readonly Uint8Array[];
  readonly isWhole: boolean;
  /** The one piece is the beginning of a JSON document, cut somewhere. */
  readonly isBeginning?: true;
}

/** Files up to this size are read whole; a gzip file too, since no piece of its middle can be read. */
const WHOLE_BYTES = 32 << 20;
const PIECE_BYTES = 1 << 20;
const PIECES = 16;
/** Of a JSON document. */
const BEGINNING_BYTES = 8 << 20;

/**
 * Reads the sample of a file.
 * @throws LakeError `invalid-input` for what is no regular file or cannot be decompressed; `not-found`
 */
export async function sampleFile(path: string): Promise<FileSample> {
  const file = await open(path).catch((cause: unknown) => {
    throw new LakeError('not-found', `${path}: expected a file that can be read; found none.`, {
      cause,
      details: { path },
    });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new LakeError('invalid-input', `${path}: expected a file, found a folder or a device.`, {
        details: { path },
      });
    const sizeBytes = stat.size;
    if (/\.gz$/i.test(path)) return { path, sizeBytes, pieces: [await gunzip(file, path)], isWhole: true };
    if (sizeBytes <= WHOLE_BYTES)
      return { path, sizeBytes, pieces: [await readAt(file, 0, sizeBytes)], isWhole: true };
    if (isJsonDocument(await readAt(file, 0, PIECE_BYTES)))
      return {
        path,
        sizeBytes,
        pieces: [await readAt(file, 0, BEGINNING_BYTES)],
        isWhole: false,
        isBeginning: true,
      };
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < PIECES; i++) {
      const start = Math.floor(((sizeBytes - PIECE_BYTES) * i) / (PIECES - 1));
      pieces.push(wholeLines(await readAt(file, start, PIECE_BYTES), i > 0, i < PIECES - 1));
    }
    return { path, sizeBytes, pieces, isWhole: false };
  } finally {
    await file.close();
  }
}

async function gunzip(file: FileHandle, path: string): Promise<Uint8Array> {
  try {
    return gunzipSync(await file.readFile());
  } catch (cause) {
    throw new LakeError('invalid-input', `${path}: expected a gzip file that is whole.`, {
      cause,
      details: { path },
    });
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

/** Whether a file begins as an array, or as an object that does not end with its line. */
function isJsonDocument(head: Uint8Array): boolean {
  const { text } = sniffText([head]);
  const [first = ''] = text.trimStart().split('\n');
  return first.startsWith('[') || (first.startsWith('{') && objectOf(first).length === 0);
}

const LF = 10;

/** A piece without the halves of lines at its ends. */
function wholeLines(bytes: Uint8Array, cutStart: boolean, cutEnd: boolean): Uint8Array {
  const start = cutStart ? bytes.indexOf(LF) + 1 : 0;
  const end = cutEnd ? bytes.lastIndexOf(LF) + 1 : bytes.length;
  return bytes.subarray(start, Math.max(start, end));
}
