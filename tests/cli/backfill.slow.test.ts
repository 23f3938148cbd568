// Backfill, repair and many writers, as a user meets them.

import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackfillReport } from '../../src/lake/ingest/backfill.js';
import type { RepairReport } from '../../src/lake/ingest/repair.js';
import type { VerifyReport } from '../../src/lake/maintenance/verify.js';
import { runCli, runJson } from './run-cli.js';
import { jsonHere, runHere } from './run-here.js';

const golden = fileURLToPath(new URL('../golden/10-two-runs/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-backfill-'));
const template = join(root, 'template');
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(async () => {
  await jsonHere(['ingest', join(golden, 'batch-1'), '--lake', template]);
  await jsonHere(['ingest', join(golden, 'batch-2'), '--lake', template]);
}, 60_000);

function copy(name: string): string {
  const folder = join(root, name);
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** Paths of a layer's files. */
function filesIn(lake: string, layer: string): readonly string[] {
  const names = readdirSync(join(lake, layer), { recursive: true }) as string[];
  return names.map((name) => join(lake, layer, name)).filter((path) => statSync(path).isFile());
}

describe('lake backfill', () => {
  it('makes everything again, finds no difference, and tells so', async () => {
    const lake = copy('all');
    const report = await jsonHere<BackfillReport>(['backfill', '--all', '--lake', lake]);
    expect(report).toMatchObject({ snapshot: 3, parent: 2, changed: false, tables: {}, healed: [] });
  }, 60_000);

  it('writes nothing for --dry-run', async () => {
    const lake = copy('dry');
    const before = readdirSync(lake, { recursive: true });
    const { code, stdout } = await runHere(['backfill', '--all', '--dry-run', '--lake', lake]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing was published (--dry-run)')]);
    expect(readdirSync(lake, { recursive: true })).toEqual(before);
  }, 60_000);

  it('asks for a range or for everything, and refuses an empty range', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await runHere(['backfill', ...args, '--lake', template]);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused()).toContain('--all');
    expect(await refused('--from', '2024-03-01')).toContain('--to');
    expect(await refused('--from', '2024-03-02', '--to', '2024-03-01')).toContain('empty');
    expect(await refused('--from', 'monday', '--to', '2024-03-01')).toContain('"monday" is not a day');
    expect(await refused('--all', '--from', '2024-03-01', '--to', '2024-03-02')).toContain('--all');
  });

  it('says how to begin where there is no lake', async () => {
    const { code, stderr } = await runHere(['backfill', '--all', '--lake', join(root, 'none')]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('lake ingest')]);
  });
});

describe('lake repair', () => {
  it('puts back what is damaged in silver and gold, and leaves a lake that verifies', async () => {
    const lake = copy('repair');
    const damaged = [...filesIn(lake, 'silver'), ...filesIn(lake, 'gold')].filter((_, i) => i % 3 === 0);
    for (const [i, path] of damaged.entries())
      if (i % 2 === 0) rmSync(path);
      else writeFileSync(path, 'not parquet');
    const found = await runHere(['verify', '--all', '--json', '--lake', lake]);
    expect(found.code).toBe(4);
    expect((JSON.parse(found.stdout) as VerifyReport).problems).toHaveLength(damaged.length);
    const report = await jsonHere<RepairReport>(['repair', '--lake', lake]);
    expect(report).toMatchObject({ snapshot: null, remaining: [] });
    expect(report.healed).toHaveLength(damaged.length);
    expect((await runHere(['verify', '--all', '--lake', lake])).code).toBe(0);
  }, 60_000);

  it('says what only a copy can bring back', async () => {
    const lake = copy('bronze');
    rmSync(filesIn(lake, 'bronze/events')[0]!);
    const { code, stdout } = await runHere(['repair', '--lake', lake]);
    expect([code, stdout]).toEqual([4, expect.stringContaining('take them from a copy of the lake')]);
  });
});

describe('many writers', () => {
  it('all land when eight ingest at once, beside compact, tag and expire', async () => {
    const lake = join(root, 'many');
    const files = Array.from({ length: 8 }, (_, i) => join(root, `events-${i}.ndjson`));
    for (const [i, file] of files.entries()) {
      const event = { event_id: `e${i}`, event_type: 'signup', user_id: `u${i}`, schema_version: 2 };
      writeFileSync(file, `${JSON.stringify({ ...event, timestamp: `2024-03-0${i + 1}T00:00:00Z` })}\n`);
    }
    await runJson(['ingest', files[0]!, '--lake', lake]);
    const others = [['compact'], ['snapshot', 'tag', 'first', '1'], ['snapshot', 'expire', '--keep', '2']];
    const commands = [...files.slice(1).map((file) => ['ingest', file]), ...others];
    const ended = await Promise.all(commands.map((args) => runCli([...args, '--lake', lake])));
    expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(commands.map(() => 0));
    const { rows } = await runJson<{ rows: unknown[][] }>([
      ...['query', 'SELECT COUNT(*), COUNT(DISTINCT event_id) FROM silver.events', '--lake', lake],
    ]);
    expect(rows).toEqual([[8, 8]]);
    expect((await runCli(['verify', '--all', '--lake', lake])).code).toBe(0);
  }, 120_000);
});
