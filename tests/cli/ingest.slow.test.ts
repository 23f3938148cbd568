// What `lake ingest` reads and what it says of it, as a user meets them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import { runCli, runJson } from './run-cli.js';
import { jsonHere, runHere } from './run-here.js';

const root = mkdtempSync(join(tmpdir(), 'lake-ingest-'));
afterAll(() => rmSync(root, { recursive: true }));

const event = (id: string, members: object = {}): string =>
  `${JSON.stringify({
    event_id: id,
    event_type: 'login',
    user_id: 'u',
    timestamp: '2024-03-01T10:00:00Z',
    schema_version: 2,
    ...members,
  })}\n`;

function folderOf(name: string, contents: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(join(root, name));
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(root, name, file), content);
  return join(root, name);
}

describe('lake ingest -', () => {
  it('reads standard input as the source that is said, the same again as known', async () => {
    const args = ['ingest', '-', '--source', 'events', '--lake', join(root, 'stdin')];
    const input = event('1') + event('2');
    const report = await runJson<IngestReport>(args, { input });
    expect(report.batches).toMatchObject([{ source: 'events', path: '-', records: 2, accepted: 2 }]);
    const grown = await runJson<IngestReport>(args, { input: input + event('3') });
    expect(grown.batches).toMatchObject([{ records: 1, known: false }]);
    const again = await runJson<IngestReport>(args, { input: input + event('3') });
    expect([again.changed, again.batches[0]?.known]).toEqual([false, true]);
  }, 240_000);

  it('needs the source, and one that there is', async () => {
    const lake = join(root, 'none');
    const unsaid = await runCli(['ingest', '-', '--lake', lake], { input: event('1') });
    expect([unsaid.code, unsaid.stderr]).toEqual([1, expect.stringContaining('--source')]);
    const mistyped = await runHere(['ingest', '-', '--source', 'event', '--lake', lake]);
    expect([mistyped.code, mistyped.stderr]).toEqual([1, expect.stringContaining('Did you mean events?')]);
  }, 240_000);
});

describe('lake ingest says', () => {
  it('which files nothing reads, which fields nobody knows, and that values were lost', async () => {
    const data = folderOf('data', {
      'events.NDJSON': event('1', { user_id: 7, plan: 'x' }) + event('2', { user_id: 8 }),
      'marketing_spend.csv': 'date,channel,spend,currency\n2024-03-01,ads,5,EUR\n',
      'marketing-spend-2.csv': 'date,channel,spend\n',
      '.gitkeep': '',
    });
    const lake = join(root, 'says');
    const { stdout } = await runHere(['ingest', data, '--lake', lake]);
    expect(stdout).toContain('Passed over 1 file that nothing reads');
    expect(stdout).toMatch(/marketing-spend-2\.csv +probably meant as marketing_spend_2\.csv/);
    expect(stdout).toMatch(/events +plan \(1\)\n +marketing_spend +currency \(1\)/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('user_id of 2 (7 in events.NDJSON, line 1)');
    expect(stdout).not.toContain('gitkeep');
    const again = await jsonHere<IngestReport>(['ingest', data, '--lake', lake]);
    expect([again.changed, again.passedOver.length]).toEqual([false, 1]);
  }, 240_000);

  it('where a compressed file goes wrong, and publishes nothing', async () => {
    const bytes = Buffer.concat([gzipSync(event('1')), Buffer.alloc(3), gzipSync(event('2'))]);
    const data = folderOf('members', { 'events.ndjson.gz': bytes });
    const lake = join(root, 'broken');
    const { code, stderr } = await runHere(['ingest', data, '--lake', lake]);
    const offset = gzipSync(event('1')).length + 3;
    expect([code, stderr]).toEqual([1, expect.stringContaining(`events.ndjson.gz, byte ${offset}`)]);
    expect((await runHere(['tables', '--lake', lake])).code).not.toBe(0);
  }, 240_000);
});
