// A small lake with everything that a report shows, and with names that would like to be markup.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonHere } from '../../cli/run-here.js';

export const HOSTILE_CHANNEL = '</script><script>alert(1)</script>\u2028<img src=x onerror=alert(1)>';
export const HOSTILE_RECORD = '<!--<script>alert(2)</script><svg onload=alert(3)> \u202e no JSON';

export interface ReportLake {
  readonly root: string;
  readonly lake: string;
  /** Where the report of snapshot 1 was written while it was the head. */
  readonly first: string;
  remove(): void;
}

/** Two runs: a generated product with a hostile channel, then a refused record. */
export async function makeReportLake(): Promise<ReportLake> {
  const root = mkdtempSync(join(tmpdir(), 'lake-report-'));
  const [data, more, lake, first] = ['data', 'more', 'lake', 'first.html'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  await jsonHere(['generate', '--users', '300', '--days', '70', '--out', data]);
  appendFileSync(join(data, 'marketing_spend.csv'), `2024-01-05,"${HOSTILE_CHANNEL}",12.5,\n`);
  const events = join(data, 'events.ndjson');
  writeFileSync(events, `${HOSTILE_RECORD}\n${readFileSync(events, 'utf8')}`);
  await jsonHere(['ingest', data, '--lake', lake, '--ingest-date', '2024-03-12']);
  await jsonHere(['report', '--lake', lake, '--out', first]);
  mkdirSync(more);
  writeFileSync(join(more, 'events.ndjson'), '{"event_id":"x"}\n');
  await jsonHere(['ingest', more, '--lake', lake, '--ingest-date', '2024-03-13']);
  return { root, lake, first, remove: () => rmSync(root, { recursive: true }) };
}
