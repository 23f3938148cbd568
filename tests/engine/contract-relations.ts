// What every engine keeps about relations: files, Arrow streams, statements.

import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import type { RelationFile } from '../../src/engine/engine.js';
import { readResult } from '../../src/engine/read-result.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import { columns, rowsOf, ipcOf, arrowRows, textRow } from './contract-rows.js';
import type { Trial } from './contract-trial.js';

/** Tests of relations. */
export function relationsContract(trial: Trial): void {
  const { rows, texts, failure, queryFailure, fileOf, filesSource } = trial;

  describe('relations of files', () => {
    it('have the rows of all of them, exactly, wherever they lie', async () => {
      const parts = [fileOf(rowsOf([1])), fileOf(rowsOf([2, 31]), 'nowhere'), fileOf(rowsOf([5]))];
      await trial.engine.register('silver.files', filesSource(parts));
      expect(await texts('silver.files')).toEqual([1, 2, 5, 31].map(textRow));
    });

    it('have no rows without files', async () => {
      await trial.engine.register('silver.none', filesSource([]));
      expect(await texts('silver.none')).toEqual([]);
    });

    it('may have fewer columns than the files', async () => {
      const narrow = columns.filter(({ name }) => ['count', 'id'].includes(name));
      await trial.engine.register('silver.narrow', filesSource([fileOf(rowsOf([4]))], narrow));
      const result = await readResult(await trial.engine.query('SELECT * FROM silver.narrow'));
      expect(result.schema.names.sort()).toEqual(['count', 'id']);
    });

    it('are registered again with more, fewer or other files', async () => {
      const [one, two, three] = [fileOf(rowsOf([1])), fileOf(rowsOf([2])), fileOf(rowsOf([3]), 'nowhere')];
      const counts: (readonly unknown[])[] = [];
      for (const some of [[one], [one, two], [two, one, three], [three], [], [one]]) {
        await trial.engine.register('silver.again', filesSource(some));
        counts.push((await rows('SELECT "few" FROM silver.again ORDER BY "few"')).flat());
      }
      expect(counts).toEqual([[1], [1, 2], [1, 2, 3], [3], [], [1]]);
    });

    it('say why a file cannot be read, and the engine goes on', async () => {
      const lost: RelationFile = {
        path: 'lost',
        sizeBytes: 1,
        read: () => Promise.reject(new LakeError('corrupt', 'it is lost')),
        locate: () => Promise.reject(new LakeError('corrupt', 'it is lost')),
      };
      const error = await failure(trial.engine.register('silver.lost', filesSource([lost])));
      expect([error.code, error.message]).toEqual(['corrupt', 'it is lost']);
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });
  });

  describe('relations of Arrow streams', () => {
    it('take rows of every type exactly, from any number of streams', async () => {
      await trial.engine.register('silver.t', arrowRows(rowsOf([1, 2]), rowsOf([5])));
      expect(await texts('silver.t')).toEqual([1, 2, 5].map(textRow));
    });

    it('have no rows without streams', async () => {
      await trial.engine.register('silver.t', arrowRows());
      expect(await texts('silver.t')).toEqual([]);
    });

    it('take columns by name, in any order, missing ones as null', async () => {
      const table = rowsOf([7]).select(['count', 'day', 'id']);
      await trial.engine.register('silver.named', arrowRows(table, rowsOf([8])));
      const [first, second] = await texts('silver.named');
      const here = ['id', 'day', 'count'];
      expect(first).toEqual(textRow(7).map((text, i) => (here.includes(columns[i]!.name) ? text : null)));
      expect(second).toEqual(textRow(8));
    });

    it('take streams without rows, dictionaries, and views of a larger buffer', async () => {
      const dictionary = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
      const bytes = ipcOf(new arrow.Table({ c: arrow.vectorFromArray(['a', null, 'a'], dictionary) }));
      const view = new Uint8Array(bytes.length + 16).subarray(8, bytes.length + 8);
      view.set(bytes);
      const none = new arrow.Table(new arrow.Schema([new arrow.Field('c', new arrow.Utf8(), true)]));
      const c: ColumnDefinition = { name: 'c', type: 'string', required: false };
      await trial.engine.register('odd', { kind: 'arrow', columns: [c], streams: [view, ipcOf(none)] });
      expect(await rows('SELECT c, COUNT(*) FROM odd GROUP BY c ORDER BY c NULLS LAST')).toEqual([
        ['a', 2n],
        [null, 1n],
      ]);
    });

    it('refuse bytes that are no whole stream and columns that they do not have, and go on', async () => {
      const c: ColumnDefinition = { name: 'c', type: 'string', required: false };
      const whole = ipcOf(new arrow.Table({ c: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
      const stranger = ipcOf(new arrow.Table({ d: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
      for (const ipc of [new Uint8Array(0), new Uint8Array(100).fill(7), whole.slice(0, -8), stranger]) {
        const error = await failure(
          trial.engine.register('odd', { kind: 'arrow', columns: [c], streams: [ipc] }),
        );
        expect(error.code).toBe('invalid-input');
        if (ipc === stranger) expect(error.message).toContain('"d"');
      }
      await trial.engine.register('odd', { kind: 'arrow', columns: [c], streams: [whole] });
      expect(await rows('SELECT c FROM odd')).toEqual([['a']]);
    });

    it('take streams that come while the engine answers others', async () => {
      const streams = async function* (): AsyncGenerator<Uint8Array> {
        for (const n of [1, 2]) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          yield ipcOf(rowsOf([n]));
        }
      };
      const registered = trial.engine.register('slow', { kind: 'arrow', columns, streams: streams() });
      const counted = rows('SELECT COUNT(*) FROM slow');
      await registered;
      expect(await counted).toEqual([[2n]]);
    });
  });

  describe('relations of statements', () => {
    it('are found anew when they are registered, once when they are kept', async () => {
      await trial.engine.register('base', arrowRows(rowsOf([1])));
      await trial.engine.register('run.seen', { kind: 'select', sql: 'SELECT "few" FROM base' });
      await trial.engine.keep('run.kept', 'SELECT "few" FROM base');
      await trial.engine.register('base', arrowRows(rowsOf([2, 3])));
      expect(await rows('SELECT * FROM run.seen ORDER BY 1')).toEqual([[2], [3]]);
      expect(await rows('SELECT * FROM run.kept')).toEqual([[1]]);
    });

    it('take each other’s place, whatever had the name', async () => {
      const sources: readonly (() => Promise<void>)[] = [
        () => trial.engine.register('turn', arrowRows(rowsOf([1]))),
        () => trial.engine.register('turn', { kind: 'select', sql: 'SELECT 2 AS "few"' }),
        () => trial.engine.keep('turn', 'SELECT 3 AS "few"'),
        () => trial.engine.register('turn', filesSource([fileOf(rowsOf([4]))])),
        () => trial.engine.keep('turn', 'SELECT 5 AS "few"'),
        () => trial.engine.register('turn', { kind: 'select', sql: 'SELECT 6 AS "few"' }),
        () => trial.engine.register('turn', filesSource([fileOf(rowsOf([7]))])),
      ];
      const seen: unknown[] = [];
      for (const make of sources) {
        await make();
        seen.push(...(await rows('SELECT "few" FROM turn')).flat());
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('are gone after a reset', async () => {
      await trial.engine.register('gone', { kind: 'select', sql: 'SELECT 1 AS n' });
      await trial.engine.keep('silver.gone', 'SELECT 1 AS n');
      await trial.engine.reset();
      for (const name of ['gone', 'silver.gone'])
        expect((await queryFailure(`SELECT * FROM ${name}`)).code).toBe('invalid-input');
    });
  });
}
