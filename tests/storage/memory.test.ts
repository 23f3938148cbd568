import { describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { storageContract } from './contract.js';

const runtime = systemRuntime();

storageContract('memory', () => Promise.resolve(memoryStorage(runtime)));

describe('memory', () => {
  it('forgets in a power cut what was not synced', async () => {
    const storage = memoryStorage(runtime, (step, path) => {
      if (step === 'sync' && path.endsWith('2')) throw new Error('power cut');
    });
    const files = [{ path: 'f', bytes: Uint8Array.of(1) }];
    await storage.write([{ path: 'a1', bytes: Uint8Array.of(1) }]);
    await expect(storage.write([{ path: 'a2', bytes: Uint8Array.of(2) }])).rejects.toThrow('power cut');
    expect(await storage.publish('m/n1', files, 't')).toBe('published');
    await expect(storage.publish('m/n2', files, 't')).rejects.toThrow('power cut');
    expect(await storage.names('')).toEqual(['a1', 'a2', 'm']);
    expect(await storage.afterPowerCut().names('')).toEqual(['a1', 'm']);
    expect(await storage.afterPowerCut().names('m')).toEqual(['n1']);
  });

  it('never keeps a folder that was published after another one without that one', async () => {
    const storage = memoryStorage(runtime, (step, path) => {
      if (step === 'sync' && path === 'm/1') throw new Error('power cut');
    });
    const files = [{ path: 'f', bytes: Uint8Array.of(1) }];
    await expect(storage.publish('m/1', files, 't')).rejects.toThrow('power cut');
    await storage.publish('m/2', files, 'u');
    expect(await storage.afterPowerCut().names('m')).toEqual(['1', '2']);
  });

  it('may bring back in a power cut what was deleted, until the deletion is synced', async () => {
    let cut = true;
    const storage = memoryStorage(runtime, (step, path) => {
      if (step === 'sync' && path.startsWith('old') && cut) throw new Error('power cut');
    });
    const names = ['new/a', 'old/a', 'old/b'];
    cut = false;
    await storage.write(names.map((path) => ({ path, bytes: new Uint8Array() })));
    await storage.delete('new');
    cut = true;
    await expect(storage.delete('old')).rejects.toThrow('power cut');
    expect(await storage.names('')).toEqual([]);
    expect(await storage.afterPowerCut().names('old')).toEqual(['a', 'b']);
    expect(await storage.afterPowerCut().names('')).toEqual(['old']);
  });

  it('is one storage for processes with hooks of their own', async () => {
    const steps: string[] = [];
    const first = memoryStorage(runtime, (step) => void steps.push(`first ${step}`));
    const second = first.seenBy(runtime, (step) => void steps.push(`second ${step}`));
    await first.create({ path: 'x', bytes: Uint8Array.of(1) });
    expect(await second.create({ path: 'x', bytes: Uint8Array.of(2) })).toBe('taken');
    expect(await second.read('x')).toEqual(Uint8Array.of(1));
    expect(steps.filter((step) => step.endsWith('rename'))).toEqual(['first rename', 'second rename']);
    const lock = await first.lock('ingest', { timeoutMs: 0 });
    expect(await second.heldLocks('')).toEqual(['ingest']);
    await lock.release();
  });

  it('shows every step to the hook', async () => {
    const steps: string[] = [];
    const storage = memoryStorage(runtime, (step, path) => void steps.push(`${step} ${path}`));
    await storage.write([{ path: 'x', bytes: new Uint8Array() }]);
    await storage.publish('n', [{ path: 'f', bytes: new Uint8Array() }], 't');
    await storage.delete(['x', 'n']);
    expect(steps).toEqual([
      'write x.tmp-0',
      'rename x',
      'sync x',
      'write .staging-t/f',
      'rename n',
      'sync n',
      'delete x',
      'delete n',
      'sync x',
    ]);
  });
});
