// SHA-256 by Node's own: Web Crypto copies the bytes and changes threads, which costs more than the hash of a small file.
// In a browser ui/platform/sha256.ts stands here.

import { createHash } from 'node:crypto';

/** 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): Promise<string> {
  return Promise.resolve(sha256Now(bytes));
}

/** The same at once, of bytes or of text as UTF-8: for where nothing can be waited for. */
export const sha256Now = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');
