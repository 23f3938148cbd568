// A Spark that cannot be used, or fails in the middle of a run: one line that says so, its exit code, nothing published.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { snapshotFolder } from '../../src/format/paths.js';
import { runHere } from '../cli/run-here.js';
import { goldenCases } from '../golden/cases.js';
import { startFakeSpark, type FakeAnswers } from '../sparks/fake-spark.js';

const golden = goldenCases()[0]?.batchDirs[0] ?? '';
let lake = '';
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'lake-refused-'));
});
afterEach(() => rm(lake, { recursive: true }));

interface Wrong {
  readonly what: string;
  readonly answers: Partial<FakeAnswers>;
  readonly code: number;
  readonly says: RegExp;
}

const wrongs: readonly Wrong[] = [
  {
    what: 'an older major version',
    answers: { version: '2.4.8' },
    code: 4,
    says: /is Spark 2\.4\.8, expected Spark 3\.5 or 4/,
  },
  {
    what: 'a newer major version',
    answers: { version: '5.0.0' },
    code: 4,
    says: /is Spark 5\.0\.0, expected Spark 3\.5 or 4/,
  },
  {
    what: 'another session time zone that cannot be set',
    answers: { fixed: { 'spark.sql.session.timeZone': 'America/New_York' } },
    code: 4,
    says: /keeps spark\.sql\.session\.timeZone = America\/New_York in a session that was told UTC/,
  },
  {
    what: 'ANSI mode that cannot be set',
    answers: { fixed: { 'spark.sql.ansi.enabled': 'false' } },
    code: 4,
    says: /keeps spark\.sql\.ansi\.enabled = false in a session that was told true/,
  },
  {
    what: 'a server that dies in the middle',
    answers: { failure: 'gone' },
    code: 6,
    says: /does not answer any more \(.*\)\. Nothing was published/,
  },
  {
    what: 'no memory in a task',
    answers: {
      failure: { status: 13, text: 'Job aborted due to stage failure: java.lang.OutOfMemoryError: heap' },
    },
    code: 6,
    says: /is out of resources: Job aborted .* heap/,
  },
  {
    what: 'a result that is larger than the driver takes',
    answers: {
      failure: {
        status: 13,
        text: 'Job aborted due to stage failure: Total size of serialized results of 3 tasks (3.0 MiB) is bigger than spark.driver.maxResultSize (1.0 MiB)',
      },
    },
    code: 6,
    says: /is out of resources: .*spark\.driver\.maxResultSize/,
  },
  {
    what: 'executors that are lost',
    answers: {
      failure: {
        status: 13,
        text: 'Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task 0.3 (ExecutorLostFailure)',
      },
    },
    code: 6,
    says: /is out of resources: .*ExecutorLostFailure/,
  },
  {
    what: 'a session that the server forgot',
    answers: { failure: { status: 13, text: '[INVALID_HANDLE.SESSION_CHANGED] The handle is invalid.' } },
    code: 6,
    says: /does not know the session any more/,
  },
];

it.each(wrongs)('$what', async ({ answers, code, says }) => {
  const spark = await startFakeSpark(answers);
  try {
    const ended = await runHere([
      'ingest',
      golden,
      ...['--lake', lake, '--engine', 'spark', '--spark', spark.address, '--quiet'],
    ]);
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.code).toBe(code);
    expect(existsSync(join(lake, snapshotFolder(1)))).toBe(false);
  } finally {
    await spark.stop();
  }
});
