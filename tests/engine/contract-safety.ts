// What no statement gets out of an engine, and how an engine ends.

import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { rowsOf } from './contract-rows.js';
import type { StartEngine, Trial } from './contract-trial.js';
import type { EngineManners } from './engine-manners.js';

/** Hostile in any engine's SQL. */
const hostileEverywhere = (target: string): readonly string[] => [
  `COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN (ANALYZE) CREATE TABLE planted AS SELECT 1`,
  `WITH x AS (SELECT 1 AS "few") INSERT INTO base SELECT * FROM x`,
  `EXPORT DATABASE '${target}'`,
  `ATTACH '${target}'`,
  `SET temp_directory = '/'`,
  `SELECT 1; DROP TABLE x`,
  `DELETE FROM base`,
  ``,
];

/** Tests of hostile statements and of an engine's end. */
export function safetyContract(trial: Trial, start: StartEngine, manners: EngineManners): void {
  const { rows, failure, queryFailure, fileOf, filesSource, endless, folder } = trial;

  describe('hostile SQL', () => {
    const target = join(folder, 'stolen');
    const given = fileOf(rowsOf([1]));
    const original = readFileSync(given.path);

    it.each([
      ...hostileEverywhere(target),
      `EXPLAIN (ANALYZE, FORMAT JSON) COPY (SELECT 1) TO '${given.path}'`,
      ...manners.hostile,
    ])('%s is refused', async (sql) => {
      await trial.engine.register('silver.given', filesSource([given]));
      await trial.engine.keep('base', 'SELECT 1 AS "few"');
      const errors = [
        await queryFailure(sql),
        await failure(trial.engine.keep('stolen', sql)),
        await failure(
          trial.engine.register('stolen', { kind: 'select', sql }).then(() => rows('SELECT * FROM stolen')),
        ),
      ];
      for (const { code } of errors) expect(code).toBe('invalid-input');
      expect(existsSync(target)).toBe(false);
      expect(readFileSync(given.path)).toEqual(original);
      expect(await rows('SELECT "few" FROM base')).toEqual([[1]]);
    });

    it.skipIf(manners.bomb === undefined)(
      'gets no more memory than there is, and the engine goes on',
      async () => {
        const own = await start({ memoryLimitBytes: 50_000_000 });
        const error = await queryFailure(manners.bomb ?? '', own);
        expect(error.code).toBe('out-of-resources');
        expect(error.message).not.toContain('\n');
        expect(await rows('SELECT 1', own)).toEqual([[1]]);
        await own.close();
      },
    );
  });

  describe('lifetime', () => {
    it.skipIf(manners.version === undefined)('names the version that is really there', async () => {
      const [row] = await rows(manners.version ?? '');
      expect(trial.engine.name).toContain(String(row?.[0]));
    });

    it('refuses requests after close, and those under way', async () => {
      const own = await start();
      const underWay = queryFailure(endless(), own);
      await own.close();
      expect((await underWay).code).toBe('interrupted');
      expect((await queryFailure('SELECT 1', own)).code).toBe('interrupted');
      await own.close();
    });

    it('leaves nothing behind', async () => {
      const temporary = mkdtempSync(join(folder, 'temporary-')); // others work in the system's at the same time
      vi.stubEnv('TMPDIR', temporary);
      try {
        const own = await start();
        await own.register('a', filesSource([fileOf(rowsOf([1]), 'nowhere')]));
        expect(await rows('SELECT COUNT(*) FROM a', own)).toEqual([[1n]]);
        await own.close();
      } finally {
        vi.unstubAllEnvs();
      }
      expect(readdirSync(temporary)).toEqual([]);
    });
  });
}
