// Spark Connect on a real Spark 4, whose defaults are others than ours. It takes half an hour, so it runs where it is asked for: LAKE_SPARK4 names the folder of
// Spark (`npm run interop -- --spark` installs one and sets it).

import { describe, vi } from 'vitest';
import { startSpark4, type RunningSpark } from '../sparks/spark4.mjs';
import { engineWrites } from './engine-writes.js';
import { sparkParsing } from './spark-parsing.js';
import { sparkSuite } from './spark-suite.js';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 240_000 });

/** Defaults of the server that would change rows; every session sets its own. */
const otherwise = {
  'spark.sql.session.timeZone': 'America/New_York',
  'spark.sql.ansi.enabled': false,
  'spark.sql.timestampType': 'TIMESTAMP_NTZ',
  'spark.sql.decimalOperations.allowPrecisionLoss': false,
  'spark.sql.parser.escapedStringLiterals': true,
  'spark.sql.caseSensitive': true,
};

const program = process.env['LAKE_SPARK4'];

describe.skipIf(program === undefined)(
  `Spark 4${program === undefined ? ' (not asked for: set LAKE_SPARK4 to its folder)' : ''}`,
  () => {
    const start = (): Promise<RunningSpark> => startSpark4({ program: program!, conf: otherwise });
    sparkSuite(start);
    describe('parsing logs', () => sparkParsing(start, { runsPrograms: true }));
    describe('results that it writes', () =>
      engineWrites(start, { writesFieldIds: true, cases: /^(01|07|17)/ }));
  },
);
