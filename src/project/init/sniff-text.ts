// A file's bytes as text: which encoding they are in, told by marks and by what decodes.

import { decodeSource } from '../../records/extract/source-text.js';

/** Encodings by the names that a project uses. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** A file's text, and how its characters are written. */
interface SniffedText {
  readonly encoding: Encoding;
  readonly text: string;
}

/** The encoding of some bytes and their text, without a byte order mark. */
export function sniffText(pieces: readonly Uint8Array[]): SniffedText {
  const encoding = encodingOf(pieces);
  const decoder = new TextDecoder(encoding);
  const decode = (bytes: Uint8Array): string =>
    encoding === 'windows-1252' ? decodeSource({ path: '', bytes }, encoding).text : decoder.decode(bytes);
  return { encoding, text: pieces.map(decode).join('') };
}

function encodingOf(pieces: readonly Uint8Array[]): Encoding {
  const [first = new Uint8Array()] = pieces;
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  const zeros = zerosAt(first);
  if (zeros.odd > 0.3 && zeros.even < 0.1) return 'utf-16le';
  if (zeros.even > 0.3 && zeros.odd < 0.1) return 'utf-16be';
  return pieces.every(isUtf8) ? 'utf-8' : 'windows-1252';
}

/** Shares of zero bytes at even and odd places: text of UTF-16 has many on one side. */
function zerosAt(bytes: Uint8Array): { readonly even: number; readonly odd: number } {
  const head = bytes.subarray(0, 4096);
  const share = (rest: number): number =>
    head.filter((byte, i) => i % 2 === rest && byte === 0).length / Math.max(head.length / 2, 1);
  return { even: share(0), odd: share(1) };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
