// Settings as a user meets them: what they change, what they stop, what they are refused for.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import { jsonHere, runHere } from './run-here.js';

const golden = fileURLToPath(new URL('../golden/10-two-runs/batch-1/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-settings-'));
const lake = join(root, 'lake');
const settings = join(root, 'lake.config.json');
const set = (document: object): void => writeFileSync(settings, JSON.stringify(document));
const ingest = ['ingest', golden, '--lake', lake];
afterAll(() => rmSync(root, { recursive: true }));

describe('lake.config.json', () => {
  beforeAll(() => jsonHere(ingest), 60_000);

  it('changes no table as long as it does not decide rows, and starts no engine', async () => {
    set({ retention: { keep: 3 }, checks: { orphan_refunds: 'off' }, anomalies: { threshold: 9 } });
    const report = await jsonHere<IngestReport>(ingest);
    expect([report.changed, report.engine]).toEqual([false, null]);
  });

  it('stops ingest when it decides rows otherwise, and names the ways on', async () => {
    set({ rates: { EUR: 2 } });
    const { code, stderr } = await runHere(ingest);
    expect(code).toBe(1);
    expect(stderr).toContain('another contract');
    expect(stderr).toContain('lake backfill --all');
    const { code: refused, stderr: reasons } = await runHere(['replay', '--lake', lake]);
    expect([refused, reasons]).toEqual([1, expect.stringContaining('the rate of EUR was 1.08 and is 2')]);
  });

  it('is that of every command, after everything was made again under it', async () => {
    set({ rates: { EUR: 2 } });
    await jsonHere(['backfill', '--all', '--lake', lake]);
    const report = await jsonHere<IngestReport>(ingest);
    expect([report.changed, report.engine]).toEqual([false, null]);
    set({});
    expect((await runHere(ingest)).code).toBe(1);
  }, 60_000);

  it('is refused with the file, the key and the key that was meant', async () => {
    set({ retension: {} });
    const { code, stderr } = await runHere(['tables', '--lake', lake]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/lake\.config\.json: there is no setting retension: did you mean retention\?/),
    ]);
  });

  it('is shown with where it was read, and has a schema', async () => {
    set({ eventTypes: ['invite'] });
    const { stdout } = await runHere(['settings', '--lake', lake]);
    expect(stdout).toContain(`Settings of ${settings}`);
    expect(stdout).toMatch(/eventTypes +the built-in ones, invite/);
    for (const line of stdout.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);
    const schema = JSON.parse((await runHere(['settings', '--schema'])).stdout) as { properties: object };
    expect(Object.keys(schema.properties)).toContain('eventTypes');
  });

  it('can be named', async () => {
    set({});
    const { code, stderr } = await runHere(['tables', '--lake', lake, '--config', join(root, 'none.json')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('none.json: the settings cannot be read')]);
  });
});
