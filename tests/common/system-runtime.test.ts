import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';

describe('the clock of a process', () => {
  afterEach(() => void vi.useRealTimers());

  it('follows the wall where the machine slept and the finer clock stood still', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const morning = Date.UTC(2031, 0, 1, 8);
    vi.setSystemTime(morning);
    expect(systemRuntime().now()).toBe(morning * 1000);
  });

  it('tells microseconds apart', () => {
    const times = Array.from({ length: 200 }, () => systemRuntime().now());
    expect(times.some((time) => time % 1000 !== 0)).toBe(true);
  });
});

describe('a wait', () => {
  it('does not begin when it was to stop before', async () => {
    const wait = systemRuntime().sleep(60_000, AbortSignal.abort());
    await expect(wait).rejects.toMatchObject({ code: 'interrupted' });
  });
});
