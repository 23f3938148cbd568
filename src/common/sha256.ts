// SHA-256 wherever we run: Node's own where there is one (Web Crypto there copies the bytes and changes threads,
// which costs more than the hash of a small file), else Web Crypto.

import type * as NodeCrypto from 'node:crypto';

const node = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
).process?.getBuiltinModule?.('node:crypto') as typeof NodeCrypto | undefined;

/** 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (node !== undefined) return node.createHash('sha256').update(bytes).digest('hex');
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
