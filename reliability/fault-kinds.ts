// The faults that a disk may have at a call, and the errors that each may end in.

import type { ErrorCode } from '../src/common/errors.js';
import type { DiskCall, DiskEffect, DiskHook, DiskOperation } from './simulated-disk.js';

/** One way of a disk to fail. */
export interface Fault {
  readonly name: string;
  readonly effect: DiskEffect | 'slow';
  /** For one call, or from it on for all that it can meet. */
  readonly lasts: 'once' | 'stays';
  /** What an operation may fail with, besides `commit-unknown`. */
  readonly codes: readonly ErrorCode[];
  /** Whether what was begun can be cleaned up under it. */
  readonly leavesCleaning: boolean;
}

const writing: readonly DiskOperation[] = ['write', 'sync', 'link', 'rename', 'mkdir'];
const naming: readonly DiskOperation[] = [
  'open',
  'readNow',
  'readdir',
  'stat',
  'link',
  'rename',
  'unlink',
  'mkdir',
  'rmdir',
];
const opening: readonly DiskOperation[] = ['open', 'readNow', 'readdir'];
const everything: readonly DiskOperation[] = [...naming, 'read', 'write', 'sync', 'close'];
const cleaning: readonly DiskOperation[] = ['unlink', 'rmdir', 'readdir', 'stat'];

/** The calls that can fail so. */
const reach: Readonly<Record<string, readonly DiskOperation[]>> = {
  ENOSPC: [...writing, 'open'],
  EACCES: naming,
  EMFILE: opening,
  EIO: everything,
};

const codes: Readonly<Record<string, readonly ErrorCode[]>> = {
  ENOSPC: ['out-of-resources'],
  EACCES: ['out-of-resources'],
  EMFILE: ['out-of-resources'],
  EIO: ['corrupt', 'unsupported-storage'],
};

/** Every fault that can come at a call. */
export function faultsOf({ operation }: DiskCall): readonly Fault[] {
  const failures = Object.keys(reach)
    .filter((code) => reach[code]!.includes(operation))
    .flatMap((code) => (['once', 'stays'] as const).map((lasts) => failing(code, lasts, operation)));
  return [...failures, ...otherFaults(operation)];
}

function failing(code: string, lasts: Fault['lasts'], operation: DiskOperation): Fault {
  const leavesCleaning = lasts === 'once' && !cleaning.includes(operation);
  return {
    name: `${code} ${lasts}`,
    effect: { kind: 'fail', code },
    lasts,
    codes: codes[code]!,
    leavesCleaning,
  };
}

function otherFaults(operation: DiskOperation): readonly Fault[] {
  const slow: Fault = {
    name: 'slow',
    effect: 'slow',
    lasts: 'once',
    codes: ['conflict'],
    leavesCleaning: true,
  };
  const short: Fault = {
    name: 'short',
    effect: { kind: 'short' },
    lasts: 'stays',
    codes: [],
    leavesCleaning: true,
  };
  const late: Fault = {
    ...failing('EIO', 'once', operation),
    name: 'EIO after it worked',
    effect: { kind: 'fail-after', code: 'EIO' },
  };
  if (operation === 'read' || operation === 'write') return [slow, short];
  return ['link', 'rename', 'mkdir', 'unlink'].includes(operation) ? [slow, late] : [slow];
}

/** How long a slow call takes: longer than a commit's deadline. */
const slowMicros = 300e6;

/** The hook that brings the fault at the call with the number. */
export function faultAt({ effect, lasts }: Fault, at: number, world: { clock: number }): DiskHook {
  let number = 0;
  return ({ operation }) => {
    const isDue = lasts === 'once' ? number === at : number >= at;
    number++;
    if (!isDue) return undefined;
    if (effect === 'slow') return void (world.clock += slowMicros);
    return canMeet(effect, operation) ? effect : undefined;
  };
}

function canMeet(effect: DiskEffect, operation: DiskOperation): boolean {
  if (effect.kind === 'short') return operation === 'read' || operation === 'write';
  return reach[effect.code]!.includes(operation);
}
