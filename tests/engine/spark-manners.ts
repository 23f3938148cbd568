// What Spark and Sail say and do in their own way.

import type { EngineManners } from './engine-manners.js';

export const sparkManners: EngineManners = {
  complaints: {
    syntax: /FROM/,
    missing: /^Catalog Error: Table with name nowhere does not exist!/,
    conversion: /'a\d'/, // which of the tasks fails first is chance
  },
  hostile: [
    'SELECT * FROM parquet.`/etc/passwd`',
    'SELECT * FROM text."/etc/passwd"',
    `SELECT * FROM read_files('/etc/passwd')`,
    `SELECT * FROM IDENTIFIER('text./etc/passwd')`,
    `SELECT * FROM (base, text."/etc/passwd")`,
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM base JOIN csv."/etc/passwd" ON true)`,
    `SELECT (SELECT 1 FROM spark_catalog.default.secret)`,
    `SELECT reflect('java.lang.System', 'getenv', 'HOME')`,
    `SELECT java_method('java.lang.System', 'getenv', 'HOME')`,
    `TABLE text."/etc/passwd"`,
    `FROM text."/etc/passwd" SELECT *`,
    `ADD JAR 'planted.jar'`,
    `REFRESH TABLE base`,
    `CACHE TABLE base`,
    `SELECT E'a\\'' FROM base`,
  ],
};
