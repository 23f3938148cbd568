import { describe, expect, it } from 'vitest';
import { randomFor } from '../../reliability/random.js';
import { simulatedDisk, type DiskEffect, type SimulatedDisk } from '../../reliability/simulated-disk.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { FileSystem } from '../../src/storage/file-system.js';
import { localStorage } from '../../src/storage/local.js';
import { storageContract } from '../storage/contract.js';

const runtime = systemRuntime();
const newDisk = (renames: 'whole' | 'split' = 'whole'): SimulatedDisk =>
  simulatedDisk({ now: () => runtime.now() / 1000, renames });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

storageContract('local on a simulated disk', () =>
  Promise.resolve(localStorage('/lake', runtime, newDisk().fileSystem())),
);

async function writeFile(fs: FileSystem, path: string, text: string, sync: boolean): Promise<void> {
  const file = await fs.open(path, 'wx');
  await file.write(bytes(text));
  if (sync) await file.sync();
  await file.close();
}

async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  await (await fs.open(path, 'r')).sync();
}

/** What a disk may hold after a power cut, as `path=text`, over many seeds. */
function outcomes(disk: SimulatedDisk): ReadonlySet<string> {
  const found = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const files = disk.afterPowerCut(randomFor(seed, 0)).files();
    found.add(
      [...files].map(([path, content]) => `${path}=${Buffer.from(content).toString('latin1')}`).join(' '),
    );
  }
  return found;
}

describe('a simulated disk after a power cut', () => {
  it('holds what was synced, file and entry', async () => {
    const disk = newDisk();
    await writeFile(disk.fileSystem(), '/a', 'abc', true);
    await syncFolder(disk.fileSystem(), '/');
    expect([...outcomes(disk)]).toEqual(['/a=abc']);
  });

  it('may hold nothing, a part or zeros of a file that was not synced', async () => {
    const disk = newDisk();
    await writeFile(disk.fileSystem(), '/a', 'ab', false);
    await syncFolder(disk.fileSystem(), '/');
    expect(outcomes(disk)).toEqual(new Set(['/a=', '/a=\0', '/a=\0\0', '/a=a', '/a=a\0', '/a=ab']));
  });

  it('may or may not hold an entry that was not synced, each for itself', async () => {
    const disk = newDisk();
    for (const path of ['/a', '/b']) await writeFile(disk.fileSystem(), path, 'x', true);
    expect(outcomes(disk)).toEqual(new Set(['', '/a=x', '/b=x', '/a=x /b=x']));
  });

  it.each([
    ['whole', ['/old=x', '/new=x']],
    ['split', ['/old=x', '/new=x', '', '/old=x /new=x']],
  ] as const)('holds a rename that was not synced %s', async (renames, expected) => {
    const disk = newDisk(renames);
    const fs = disk.fileSystem();
    await writeFile(fs, '/old', 'x', true);
    await syncFolder(fs, '/');
    await fs.rename('/old', '/new');
    expect(outcomes(disk)).toEqual(new Set(expected));
    await syncFolder(fs, '/');
    expect(outcomes(disk)).toEqual(new Set(['/new=x']));
  });

  it('may bring back what was deleted until the folder was synced', async () => {
    const disk = newDisk();
    const fs = disk.fileSystem();
    await writeFile(fs, '/a', 'x', true);
    await syncFolder(fs, '/');
    await fs.unlink('/a');
    expect(outcomes(disk)).toEqual(new Set(['', '/a=x']));
  });

  it('loses the pages of a failed sync, whatever later syncs say', async () => {
    let effect: DiskEffect | undefined = { kind: 'fail', code: 'EIO' };
    const disk = newDisk();
    const fs = disk.fileSystem(({ operation }) => (operation === 'sync' ? effect : undefined));
    const file = await fs.open('/a', 'wx');
    await file.write(bytes('abc'));
    await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' });
    effect = undefined;
    await file.sync();
    await syncFolder(fs, '/');
    expect(outcomes(disk).size).toBeGreaterThan(1);
  });
});
