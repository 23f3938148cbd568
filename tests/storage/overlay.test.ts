import { describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { overlayStorage } from '../../src/storage/overlay.js';
import { storageContract } from './contract.js';

const runtime = systemRuntime();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

storageContract('overlay', () => Promise.resolve(overlayStorage(memoryStorage(runtime), runtime)));

describe('overlay', () => {
  it('shows what lies beneath as it would be, and changes nothing there', async () => {
    const beneath = memoryStorage(runtime);
    const old = [{ path: 'a/1', bytes: bytes('one') }, { path: 'a/2', bytes: bytes('two') }, { path: 'b/1', bytes: bytes('x') }]; // prettier-ignore
    await beneath.write(old);
    const overlay = overlayStorage(beneath, runtime);
    await overlay.write([{ path: 'a/2', bytes: bytes('TWO') }]);
    await overlay.delete(['a/1', 'b']);
    expect(await overlay.create({ path: 'a/2', bytes: bytes('') })).toBe('taken');
    expect(await overlay.create({ path: 'a/1', bytes: bytes('again') })).toBe('created');
    expect(await overlay.publish('a', [], 'token')).toBe('taken');
    expect((await overlay.list('')).map(({ path }) => path)).toEqual(['a/1', 'a/2']);
    expect(await overlay.names('')).toEqual(['a']);
    expect(new TextDecoder().decode(await overlay.read('a/1'))).toBe('again');
    await expect(overlay.read('b/1')).rejects.toMatchObject({ code: 'not-found' });
    expect((await beneath.list('')).map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['a/1', 3],
      ['a/2', 3],
      ['b/1', 1],
    ]);
  });
});
