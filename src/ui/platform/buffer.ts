// Bytes as the reader of records wants them, in place of `node:buffer`.

import { Buffer } from 'buffer/';

export { Buffer };

/** Whether the bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
