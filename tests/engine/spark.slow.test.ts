// Spark Connect on a real Sail, and its addresses.

import { describe, expect, it, vi } from 'vitest';
import { startSpark } from '../../src/engine/spark/engine.js';
import { noSail, startSail } from '../sparks/sail.mjs';
import { engineWrites } from './engine-writes.js';
import { sparkParsing } from './spark-parsing.js';
import { sparkSuite } from './spark-suite.js';

vi.setConfig({ testTimeout: 240_000 }); // a stopped statement of Sail may hold its threads for half a minute

describe.skipIf(noSail !== undefined)(`Spark Connect${noSail === undefined ? '' : ` (${noSail})`}`, () =>
  sparkSuite(startSail),
);

describe.skipIf(noSail !== undefined)('results that Sail writes', () =>
  engineWrites(startSail, { writesFieldIds: false, cases: /^(01|06|07|10|13|17)/ }),
);

describe.skipIf(noSail !== undefined)('parsing logs on Sail', () =>
  sparkParsing(startSail, { runsPrograms: false }),
);

describe('an address', () => {
  it.each([
    ['localhost:15002', 'found "localhost:15002"'],
    ['sc://', 'expected sc://HOST:PORT'],
    ['sc://host:0', 'expected sc://HOST:PORT'],
    ['sc://host:15002/;nope=1', 'found the parameter "nope"'],
    ['sc://host/;use_ssl=false;token=secret', 'a token is sent encrypted only'],
    ['http://host;token=secret', 'token=***'],
  ])('%s is refused', async (address, why) => {
    await expect(startSpark({ address })).rejects.toThrow(why);
    await expect(startSpark({ address })).rejects.not.toThrow('secret');
  });

  it('where nothing answers is said so', async () => {
    await expect(startSpark({ address: 'sc://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('No Spark Connect server answers at sc://127.0.0.1:1') as string,
    });
  });
});
