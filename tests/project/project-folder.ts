// A project's folder for tests: written from texts, and gone after each test.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';

/** Files by their path in the folder. */
export type Texts = Readonly<Record<string, string | Uint8Array>>;

/** A folder of its own for each test of the file that asks for it. */
export class ProjectFolder {
  path = '';

  constructor() {
    beforeEach(async () => {
      this.path = await mkdtemp(join(tmpdir(), 'lake-project-'));
    });
    afterEach(() => rm(this.path, { recursive: true, force: true }));
  }

  write(files: Texts): Promise<void> {
    return writeTexts(this.path, files);
  }
}

/** Writes files into a folder, with the folders that they lie in. */
export async function writeTexts(folder: string, files: Texts): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The lines with which something is refused as wrong input. */
export async function refusal(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLakeError(error, 'invalid-input')) throw new Error(`it was not refused: ${String(error)}`);
  return error.message.split('\n');
}

/** Orders as an extract, log lines as a log, and two models. */
export const shop: Readonly<Record<string, string>> = {
  'lake.yaml': `name: shop
sources:
  orders:
    files: "orders*.csv"
    kind: extract
    key: order_id
    fields:
      order_id: text required
      ordered_at: timestamp required
      total: "decimal(18,2)"
      currency: { type: text, case: upper }
    dates: { ordered_on: ordered_at }
  logs:
    files: "logs*.ndjson"
    kind: log
    key: id
    fields:
      id: text required
      ts: { type: timestamp, required: true, formats: [epoch_ms, iso] }
      level: { type: text, case: lower }
      user_id: { from: ctx.user.id, type: integer }
    dates: { day: ts }
    partition: day(day)
range: silver.logs.day
headline:
  - { name: Revenue, sql: "SELECT SUM(revenue) FROM gold.daily_orders", unit: EUR, about: so far }
charts:
  - { title: Revenue by day, table: gold.daily_orders, x: date, y: revenue, kind: area }
`,
  'models/gold/daily_orders.sql': `/*
description: Orders and revenue by day and currency
key: [date, currency]
partition: month(date)
columns:
  revenue: { description: Sum of totals, min: 0 }
explain:
  revenue: { sum: total, of: silver.orders, where: "ordered_on = :date AND currency = :currency" }
*/
SELECT ordered_on AS date, currency, COUNT(*) AS orders, SUM(total) AS revenue
FROM silver.orders
GROUP BY ordered_on, currency
`,
  'models/gold/lines_by_level.sql':
    'SELECT level, COUNT(*) AS lines, SUM(user_id) AS users FROM silver.logs GROUP BY level\n',
  'checks/no_negative.sql':
    '/* reason: Totals are not below zero. */\nSELECT order_id, total FROM silver.orders WHERE total < 0\n',
  'data/orders.csv': `order_id,ordered_at,total,currency
A-1,2024-03-01T09:15:00,1299.00,EUR
A-2,2024-03-01T17:40:00,49.90,eur
A-3,2024-03-02T00:05:00,,EUR
A-4,2024-02-31T00:05:00,5,EUR
`,
  'data/orders-2.csv': `order_id,ordered_at,total,currency
A-1,2024-03-03T09:15:00,1299.00,EUR
A-9,2024-04-01T17:40:00,10.10,USD
`,
  'data/logs.ndjson': `{"id":"l-1","ts":1709283600123,"level":"INFO","ctx":{"user":{"id":42}}}
{"id":"l-2","ts":"2024-03-01T09:00:02Z","level":"warn","ctx":{"user":{"id":9007199254740993}}}
`,
};
