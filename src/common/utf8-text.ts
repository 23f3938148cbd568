// Text that someone gave as bytes.

import { LakeError } from './errors.js';

/**
 * The text of UTF-8, without a byte order mark at its beginning.
 * @param place where the bytes come from, as an error is to say it
 * @throws LakeError `invalid-input` for other bytes: to replace them would change what was said
 */
export function utf8Text(place: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = `${place}: expected UTF-8, found other bytes. Save it as UTF-8 and try again.`;
    throw new LakeError('invalid-input', message, { cause });
  }
}
