// What both DuckDBs say and do in their own way.

import type { EngineManners } from './engine-manners.js';

export const duckDbManners: EngineManners = {
  complaints: {
    syntax: /^Parser Error: syntax error at or near "FROM", in: /,
    missing: /^Catalog Error: Table with name nowhere does not exist!/,
    conversion: /^Conversion Error: .*'a0'/,
  },
  hostile: [
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT * FROM '/etc/passwd'`,
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_blob('/etc/passwd')`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM read_parquet('x.parquet')`,
    `SELECT * FROM read_csv('https://localhost/x.csv')`,
    `SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')`,
    `IMPORT DATABASE '/etc'`,
    `INSTALL parquet`,
    `LOAD httpfs`,
    `SET enable_external_access = true`,
    `PRAGMA database_list`,
    `/* SELECT */ CALL pragma_version()`,
  ],
  bomb: `SELECT string_agg(repeat('x', 1000000), '') AS s FROM range(1000) AS r(i)`,
  version: `SELECT '(DuckDB ' || version() || ')'`,
};
